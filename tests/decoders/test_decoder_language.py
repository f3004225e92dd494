from __future__ import annotations

import pytest

from findalike.decoders.language import language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The library opens at nine and closes late in the evening.", "en"),
        ("Die Bibliothek öffnet um neun Uhr und schließt spät am Abend.", "de"),
        ("La bibliothèque ouvre à neuf heures et ferme tard le soir.", "fr"),
        ("La biblioteca abre a las nueve y cierra tarde por la noche.", "es"),
        ("Biblioteka otwiera się o dziewiątej i zamyka późnym wieczorem.", "pl"),
        ("Библиотека открывается в девять и закрывается поздно вечером.", "ru"),
        ("図書館は九時に開き、夜遅くに閉まります。", "ja"),
        ("图书馆九点开门，晚上很晚才关门。", "zh"),
        ("تفتح المكتبة في التاسعة وتغلق في وقت متأخر من المساء.", "ar"),
        ("पुस्तकालय नौ बजे खुलता है और देर शाम को बंद होता है।", "hi"),
        ("", None),
        ("OK", None),
        ("12345 67890 !!! --- 12345 67890 12345 67890 12345", None),
        ("def main(): import sys; print(sys.argv)", None),
    ],
)
def test_language(text: str, code: str | None) -> None:
    assert language(text) == code
