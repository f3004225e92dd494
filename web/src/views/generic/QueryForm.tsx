import { type SyntheticEvent, useState } from "react";

import type { Application, Json, Query } from "../../api/types";
import { texts } from "../../texts";
import { Button, Field, Input, Select, TextArea } from "../../ui";
import { SearchIcon } from "../../ui/icons";
import type { QueryFormProps } from "../view";
import styles from "./QueryForm.module.css";
import { type Property, type Values, properties, readForm, typed } from "./schema";
import { valuesOf } from "./url";

/** A form made from the schema of an application's query. */
export function QueryForm({ application, query, problem, busy, onSearch }: QueryFormProps<Query>) {
  const all = properties(application.query_schema);
  const [shown, setShown] = useState(query);
  const [values, setValues] = useState<Values>(() => valuesOf(query, application));
  const [mistakes, setMistakes] = useState<ReadonlyMap<string, string>>(new Map());

  // Going back, or "more like this", brings another query: the form follows it.
  if (JSON.stringify(query) !== JSON.stringify(shown)) {
    setShown(query);
    setValues(valuesOf(query, application));
    setMistakes(new Map());
  }

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    const read = readForm(all, values);
    setMistakes(read.errors);
    if (!read.errors.size) onSearch(read.query);
  }

  function field(property: Property) {
    return (
      <PropertyField
        key={property.name}
        property={property}
        example={exampleOf(application, property)}
        value={values[property.name] ?? ""}
        error={mistakes.get(property.name) ?? problem?.fields.get(property.name)}
        onChange={(value) => setValues({ ...values, [property.name]: value })}
      />
    );
  }

  return (
    <form className={styles["form"]} onSubmit={submit} aria-label={texts.search.form} noValidate>
      {all.map(field)}
      <Button type="submit" kind="primary" busy={busy}>
        <SearchIcon />
        {texts.search.submit}
      </Button>
    </form>
  );
}

interface PropertyFieldProps {
  property: Property;
  example: Json | undefined;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

function PropertyField({ property, example, value, error, onChange }: PropertyFieldProps) {
  const placeholder = typed(property, example ?? property.fallback);
  const hints = [property.description?.replaceAll("`", ""), hintOf(property, value)].filter(Boolean).join(" ");
  return (
    <Field label={property.label} hint={hints} error={error}>
      {control()}
    </Field>
  );

  function control() {
    switch (property.kind) {
      case "boolean":
      case "choice": {
        const options: [string, string][] =
          property.kind === "boolean"
            ? [
                ["true", texts.form.yes],
                ["false", texts.form.no],
              ]
            : property.choices.map((one) => [one, one]);
        return (
          <Select value={value || typed(property, property.fallback)} onChange={(event) => onChange(event.target.value)}>
            {property.fallback === undefined && <option value="">{texts.form.any}</option>}
            {options.map(([option, label]) => (
              <option key={option} value={option}>
                {label}
              </option>
            ))}
          </Select>
        );
      }
      case "numbers":
      case "json":
        return (
          <TextArea
            code
            required={property.required}
            value={value}
            placeholder={placeholder}
            onChange={(event) => onChange(event.target.value)}
          />
        );
      default:
        return (
          <Input
            value={value}
            required={property.required}
            placeholder={placeholder}
            inputMode={property.kind === "integer" ? "numeric" : property.kind === "number" ? "decimal" : "text"}
            onChange={(event) => onChange(event.target.value)}
          />
        );
    }
  }
}

function hintOf(property: Property, value: string): string {
  if (property.kind === "json") return texts.form.jsonHint;
  if (property.kind !== "numbers") return "";
  const { query } = readForm([property], { [property.name]: value });
  const read = query[property.name];
  return Array.isArray(read) ? texts.form.count(read.length) : texts.form.numbersHint;
}

function exampleOf(application: Application, property: Property): Json | undefined {
  return application.query_example[property.name] as Json | undefined;
}
