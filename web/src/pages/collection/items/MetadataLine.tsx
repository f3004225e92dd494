import { texts } from "../../../texts";
import { Field, IconButton, Input, Select, TextArea } from "../../../ui";
import { CloseIcon, TrashIcon, UndoIcon } from "../../../ui/icons";
import styles from "./MetadataDialog.module.css";
import { FREE_TYPES, type Line, type ValueType, type Wrong, willGo } from "./metadata";

interface MetadataLineProps {
  line: Line;
  wrong: Wrong | undefined;
  /** It was added in the dialog: then it has no name yet. */
  isNew: boolean;
  onChange: (part: Partial<Line>) => void;
  /** Leave it out again, where it is new. */
  onDrop: () => void;
}

/** One value of the metadata: its name, its type where it can be chosen, and whether it goes. */
export function MetadataLine({ line, wrong, isNew, onChange, onDrop }: MetadataLineProps) {
  const { name, type, declared, removed } = line;
  const misfit = wrong === "misfit" ? texts.items.misfit[type] : undefined;
  const goes = willGo(line);
  const hint = goes ? texts.items.goes : declared ? texts.items.types[type] : undefined;
  return (
    <div className={styles["line"]} data-free={!declared || undefined} data-new={isNew || undefined} data-goes={goes || undefined}>
      {isNew && (
        <Field label={texts.items.newName} error={wrong && wrong !== "misfit" ? texts.items.wrongName[wrong] : undefined}>
          <Input value={name} spellCheck={false} onChange={(event) => onChange({ name: event.target.value })} />
        </Field>
      )}
      <Field label={isNew ? texts.items.newValue : name} error={misfit} hint={hint}>
        {valueControl()}
      </Field>
      {!declared && (
        <Field label={typeLabel()}>
          <Select value={type} disabled={removed} onChange={(event) => onChange(retyped(line, event.target.value))}>
            {FREE_TYPES.map((one) => (
              <option key={one} value={one}>
                {texts.items.types[one]}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <div className={styles["tool"]}>
        {isNew ? (
          <IconButton label={texts.items.removeLine} onClick={onDrop}>
            <CloseIcon />
          </IconButton>
        ) : (
          line.kept && (
            <IconButton
              label={removed ? texts.items.keepValue(name) : texts.items.removeValue(name)}
              onClick={() => onChange({ removed: !removed })}
            >
              {removed ? <UndoIcon /> : <TrashIcon />}
            </IconButton>
          )
        )}
      </div>
    </div>
  );

  /** For the eye its place says of what; for the ear its name. */
  function typeLabel() {
    if (isNew) return texts.items.type;
    return (
      <>
        <span aria-hidden="true">{texts.items.type}</span>
        <span className="unseen">{texts.items.typeOf(name)}</span>
      </>
    );
  }

  function valueControl() {
    const placeholder = line.mixed ? texts.items.mixed : undefined;
    const shared = { value: line.value, disabled: removed };
    if (type === "boolean") {
      return (
        <Select {...shared} onChange={(event) => onChange({ value: event.target.value })}>
          <option value="">{placeholder ?? texts.items.unset}</option>
          <option value="true">{texts.form.yes}</option>
          <option value="false">{texts.form.no}</option>
        </Select>
      );
    }
    if (type === "json") {
      return (
        <TextArea {...shared} code rows={2} placeholder={placeholder} onChange={(event) => onChange({ value: event.target.value })} />
      );
    }
    const numeric = type === "integer" || type === "number";
    return (
      <Input
        {...shared}
        inputMode={numeric ? "decimal" : undefined}
        placeholder={placeholder}
        onChange={(event) => onChange({ value: event.target.value })}
      />
    );
  }
}

/** The same line with another type: what cannot be yes or no begins empty, instead of being shown as what it is not. */
function retyped(line: Line, chosen: string): Partial<Line> {
  const type = chosen as ValueType;
  return type === "boolean" && !["true", "false"].includes(line.value) ? { type, value: "" } : { type };
}
