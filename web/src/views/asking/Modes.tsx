import styles from "./Modes.module.css";

export interface ModeTexts<M extends string> {
  mode: string;
  modes: Record<M, string>;
  modeHelp: Record<M, string>;
}

/** How it is searched: one of a few ways, and a sentence on the chosen one. */
export function Modes<M extends string>({ modes, mode, texts, help, disabled, onChoose }: {
  modes: readonly M[];
  mode: M;
  texts: ModeTexts<M>;
  help: string | undefined;
  disabled: boolean;
  onChoose: (mode: M) => void;
}) {
  return (
    <fieldset className={styles["modes"]} disabled={disabled}>
      <legend className={styles["legend"]}>{texts.mode}</legend>
      <div className={styles["choice"]}>
        {modes.map((one) => (
          <label key={one} title={texts.modeHelp[one]}>
            <input type="radio" name="mode" checked={mode === one} onChange={() => onChoose(one)} />
            {texts.modes[one]}
          </label>
        ))}
      </div>
      <p className={styles["help"]}>{help}</p>
    </fieldset>
  );
}
