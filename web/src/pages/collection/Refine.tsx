import { type SyntheticEvent, useId, useState } from "react";

import type { Collection } from "../../api/types";
import { texts } from "../../texts";
import { Button, Field, Input, Menu } from "../../ui";
import { PlusIcon, RefineIcon } from "../../ui/icons";
import { Ranges } from "./Ranges";
import styles from "./Refine.module.css";
import { Threshold } from "./Threshold";
import { exampleFilter, useFilterText } from "./filter";
import type { Refinement } from "./refinement";
import type { Range } from "../../views/view";

interface RefineProps {
  collection: Collection;
  refinement: Refinement;
  /** What the server says is wrong with the filter. */
  wrong: string | undefined;
  scores: readonly number[];
  /** Some metrics are distances, where less is better. */
  rising: boolean;
  /** What grouping does to the hits; null where there is none. */
  grouping: string | null;
  /** Fields that have sliders. */
  ranges: readonly Range[];
  onMove: (threshold: number | null) => void;
  onRefine: (next: Refinement) => void;
}

/** What narrows the hits of any search: a filter, a least score, and whether those that belong together are one. */
export function Refine({ collection, refinement, wrong, scores, rising, grouping, ranges, onMove, onRefine }: RefineProps) {
  const [open, setOpen] = useState(false);
  const used = Object.values(refinement).some((one) => one !== undefined);
  return (
    <div className={styles["place"]}>
      <div className={styles["refine"]} data-open={open || used || wrong !== undefined}>
        <div className={styles["toggle"]}>
          <Button kind="quiet" flush aria-expanded={open} onClick={() => setOpen(!open)}>
            <RefineIcon />
            {texts.search.refine}
          </Button>
        </div>
        <Filter
          collection={collection}
          value={refinement.filter ?? ""}
          wrong={wrong}
          onChange={(filter) => onRefine({ ...refinement, filter: filter || undefined })}
        />
        {scores.length > 0 || refinement.min_score !== undefined ? (
          <Threshold
            scores={scores}
            value={refinement.min_score}
            rising={rising}
            onMove={onMove}
            onChange={(min_score) => onRefine({ ...refinement, min_score })}
          />
        ) : (
          <div className={styles["waiting"]} />
        )}
        {grouping !== null && (
          <label className={styles["fold"]}>
            <input
              type="checkbox"
              checked={refinement.group !== false}
              onChange={(event) => onRefine({ ...refinement, group: event.target.checked ? undefined : false })}
            />
            {grouping}
          </label>
        )}
        {ranges.length > 0 && (
          <Ranges
            ranges={ranges}
            filter={refinement.filter ?? ""}
            onChange={(filter) => onRefine({ ...refinement, filter: filter || undefined })}
          />
        )}
      </div>
    </div>
  );
}

interface FilterProps {
  collection: Collection;
  value: string;
  wrong: string | undefined;
  onChange: (filter: string) => void;
}

function Filter({ collection, value, wrong, onChange }: FilterProps) {
  const [written, setWritten] = useFilterText(value);
  const box = useId();
  const fields = Object.entries(collection.fields);
  const example = exampleFilter(collection);

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (written.trim() !== value) onChange(written.trim());
  }

  function insert(field: string): void {
    const before = written.trim();
    setWritten(before ? `${before} and ${field} ` : `${field} `);
    document.getElementById(box)?.querySelector("input")?.focus();
  }

  return (
    <form className={styles["filter"]} onSubmit={submit}>
      <div id={box} className={styles["box"]}>
        <Field label={texts.search.filter} error={wrong}>
          <Input
            value={written}
            placeholder={example && texts.search.filterExample(example)}
            spellCheck={false}
            autoCapitalize="off"
            onChange={(event) => setWritten(event.target.value)}
            onBlur={submit}
          />
        </Field>
      </div>
      {fields.length > 0 && (
        <Menu
          label={texts.search.fields}
          icon={<PlusIcon />}
          items={fields.map(([name, type]) => ({
            key: name,
            label: texts.search.field(name, type),
            onChoose: () => insert(name),
          }))}
        />
      )}
    </form>
  );
}
