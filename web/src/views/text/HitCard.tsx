import { useId, useState } from "react";

import { score, texts } from "../../texts";
import { Button, IconButton } from "../../ui";
import { AlikeIcon, ChevronIcon, OpenIcon } from "../../ui/icons";
import { Score } from "../card/Score";
import { FileMark } from "../reading/FileMark";
import { Marked } from "../reading/Marked";
import { marksOf } from "../reading/marks";
import { passageOf } from "../reading/passage";
import { languageOf, titleOf } from "../reading/titles";
import type { HitCardProps } from "../view";
import styles from "./HitCard.module.css";
import { Passage } from "./Passage";
import { Scores } from "./Scores";
import type { TextQuery } from "./query";

// Characters of a passage: of the best, and of the others of its document.
const ROOM = 380;
const LITTLE_ROOM = 200;

/** The best passage of a document that was found, with its others folded away. */
export function HitCard({ hit, onSearch, onOpen }: HitCardProps<TextQuery>) {
  const [scored, setScored] = useState(false);
  const [unfolded, setUnfolded] = useState(false);
  const id = useId();
  const { item, segment, others } = hit;
  const title = titleOf(item);
  const passage = passageOf(segment);
  const language = languageOf(item);
  const value = score(hit.score);
  return (
    <article className={styles["card"]} aria-label={title}>
      <FileMark item={item} />
      <div className={styles["content"]}>
        <h3>
          <button
            type="button"
            className={styles["open"]}
            aria-label={texts.text.read(title)}
            onClick={() => onOpen(item.id, segment.ordinal)}
          >
            {passage.answer === null ? title : <Marked text={passage.text} marks={{ ...marksOf(segment), sentence: [] }} />}
          </button>
        </h3>
        <div className={styles["rated"]}>
          {Object.keys(hit.scores).length > 1 ? (
            <button
              type="button"
              className={`${styles["scores"] ?? ""} figures`}
              aria-expanded={scored}
              aria-controls={scored ? `${id}-scores` : undefined}
              aria-label={texts.text.showScores(value)}
              title={texts.text.showScores(value)}
              onClick={() => setScored(!scored)}
            >
              {value}
            </button>
          ) : (
            <Score value={hit.score} />
          )}
        </div>
        {item.name && item.name !== title && passage.answer === null && <p className={styles["file"]}>{item.name}</p>}
        {scored && <Scores id={`${id}-scores`} scores={hit.scores} />}
        <div className={styles["passage"]}>
          <Passage segment={segment} title={title} room={ROOM} language={language} />
        </div>
        <footer className={styles["foot"]}>
          {others.length > 0 && (
            <Button
              kind="quiet"
              flush
              className={styles["more"]}
              aria-expanded={unfolded}
              aria-controls={unfolded ? `${id}-others` : undefined}
              onClick={() => setUnfolded(!unfolded)}
            >
              <ChevronIcon size={14} />
              {texts.text.others(others.length)}
            </Button>
          )}
          {hit.similar.length > 0 && <span className={styles["similar"]}>{texts.search.similar(hit.similar.length)}</span>}
        </footer>
        <div className={styles["actions"]}>
          <IconButton label={texts.item.alike} onClick={() => onSearch({ item_id: item.id })}>
            <AlikeIcon />
          </IconButton>
          {item.links.content && (
            <a
              className={styles["original"]}
              href={item.links.content}
              target="_blank"
              rel="noreferrer"
              aria-label={texts.item.download}
              title={texts.item.download}
            >
              <OpenIcon />
            </a>
          )}
        </div>
        {unfolded && (
          <ol className={styles["others"]} id={`${id}-others`}>
            {others.map((one) => (
              <li key={one.ordinal}>
                <button
                  type="button"
                  aria-label={texts.text.readPassage(one.ordinal)}
                  onClick={() => onOpen(item.id, one.ordinal)}
                />
                <div>
                  <Passage segment={one} title={title} room={LITTLE_ROOM} language={language} />
                </div>
                <Score value={one.score} />
              </li>
            ))}
          </ol>
        )}
      </div>
    </article>
  );
}
