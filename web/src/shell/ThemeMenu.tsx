import { texts } from "../texts";
import { Menu } from "../ui";
import { MoonIcon, ScreenIcon, SunIcon } from "../ui/icons";
import { THEMES, useTheme } from "./theme";

const icons = { light: SunIcon, dark: MoonIcon, system: ScreenIcon };

export function ThemeMenu() {
  const [theme, setTheme] = useTheme();
  const Current = icons[theme];
  return (
    <Menu
      label={texts.theme.label}
      icon={<Current />}
      items={THEMES.map((one) => {
        const Icon = icons[one];
        return {
          key: one,
          label: texts.theme[one],
          icon: <Icon />,
          chosen: one === theme,
          onChoose: () => setTheme(one),
        };
      })}
    />
  );
}
