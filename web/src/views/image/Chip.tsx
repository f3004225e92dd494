import { useId, useState } from "react";

import { collections } from "../../api/collections";
import { useItem } from "../../api/queries";
import type { Application, Collection } from "../../api/types";
import { number, texts } from "../../texts";
import { IconButton, Input, Slider } from "../../ui";
import { CloseIcon, CropIcon, MinusIcon, PictureIcon, PlusIcon } from "../../ui/icons";
import styles from "./Chip.module.css";
import { RegionDialog } from "./RegionDialog";
import { recall } from "./pictures";
import { MOST_WEIGHT, type Part, type Region } from "./query";

interface ChipProps {
  application: Application;
  collection: Collection;
  part: Part;
  /** Whether it is all that is asked: then nothing is weighed. */
  alone: boolean;
  /** Its picture is gone from the server. */
  expired: boolean;
  onChange: (part: Part) => void;
  /** The same while it is still being dragged. */
  onMove: (part: Part) => void;
  onRemove: () => void;
}

/** One part of a mix. */
export function Chip(props: ChipProps) {
  const { application, collection, part } = props;
  if (part.text !== undefined) return <Shown {...props} label={texts.image.words(part.text)} picture={null} />;
  if (part.item_id !== undefined) {
    const preview = `${collections.address(application.name, collection.name, "items", part.item_id)}/preview`;
    return <ItemChip {...props} id={part.item_id} preview={preview} />;
  }
  const kept = recall(part.media_id ?? "");
  return <Shown {...props} label={kept?.name ?? texts.image.sharedPicture} picture={kept?.preview ?? null} />;
}

function ItemChip({ id, preview, ...rest }: ChipProps & { id: string; preview: string }) {
  const { data } = useItem(rest.application.name, rest.collection.name, id);
  return (
    <Shown {...rest} label={data?.name || texts.item.title} picture={`${preview}?size=128`} large={`${preview}?size=1024`} />
  );
}

interface ShownProps extends ChipProps {
  label: string;
  picture: string | null;
  /** The same picture to draw a region on. */
  large?: string;
}

function Shown({ part, alone, expired, label, picture, large, onChange, onMove, onRemove }: ShownProps) {
  const [choosing, setChoosing] = useState(false);
  const isWords = part.text !== undefined;
  const less = part.weight < 0;

  function choose(region: Region | null): void {
    setChoosing(false);
    const next = { ...part };
    delete next.region;
    onChange(region ? { ...next, region } : next);
  }

  return (
    <li className={styles["chip"]} data-less={less || undefined} data-expired={expired || undefined}>
      {!alone && (
        <IconButton
          className={styles["sign"]}
          label={less ? texts.image.makeMore(label) : texts.image.makeLess(label)}
          onClick={() => onChange({ ...part, weight: -part.weight })}
        >
          {less ? <MinusIcon size={16} /> : <PlusIcon size={16} />}
        </IconButton>
      )}
      {!isWords && (
        <span className={styles["picture"]} data-alone={alone || undefined}>
          {picture ? <img src={picture} alt="" style={part.region && cropped(part.region)} /> : <PictureIcon />}
        </span>
      )}
      <span className={styles["label"]}>
        {less && <span className="unseen">{texts.image.less} </span>}
        {label}
        {part.region && <span className={styles["part"]}>{texts.image.regionPart}</span>}
        {expired && <span className={styles["part"]}>{texts.image.expiredPart}</span>}
      </span>
      {!alone && <Weight part={part} label={label} onMove={onMove} />}
      {!isWords && picture && !expired && (
        <IconButton label={texts.image.regionOf(label)} aria-pressed={part.region !== undefined} onClick={() => setChoosing(true)}>
          <CropIcon />
        </IconButton>
      )}
      <IconButton label={texts.image.remove(label)} onClick={onRemove}>
        <CloseIcon size={16} />
      </IconButton>
      {choosing && picture && (
        <RegionDialog
          picture={large ?? picture}
          name={label}
          region={part.region ?? null}
          onDone={choose}
          onClose={() => setChoosing(false)}
        />
      )}
    </li>
  );
}

/** How much a part counts; its sign stands apart. */
function Weight({ part, label, onMove }: { part: Part; label: string; onMove: (part: Part) => void }) {
  const id = useId();
  const [written, setWritten] = useState<string | null>(null);
  const size = Math.abs(part.weight);

  function weigh(to: number): void {
    if (Number.isFinite(to) && to > 0 && to <= MOST_WEIGHT) onMove({ ...part, weight: part.weight < 0 ? -to : to });
  }

  return (
    <>
      <button
        type="button"
        className={`${styles["weight"] ?? ""} figures`}
        popoverTarget={id}
        aria-label={texts.image.weightOf(label, size)}
      >
        ×{number(size)}
      </button>
      <div id={id} popover="auto" className={styles["weigher"]}>
        <Slider
          aria-label={texts.image.weight}
          min={0.1}
          max={3}
          step={0.1}
          value={size}
          onChange={(event) => weigh(Number(event.target.valueAsNumber.toFixed(1)))}
        />
        <Input
          aria-label={texts.image.exactWeight}
          inputMode="decimal"
          value={written ?? String(size)}
          onChange={(event) => {
            setWritten(event.target.value);
            weigh(Number(event.target.value));
          }}
          onBlur={() => setWritten(null)}
        />
      </div>
    </>
  );
}

/** Only a part of a picture, where the browser can; elsewhere the whole. */
function cropped({ x, y, width, height }: Region) {
  const inset = [y, 1 - x - width, 1 - y - height, x].map((one) => `${100 * Math.max(0, one)}%`);
  return { objectViewBox: `inset(${inset.join(" ")})` };
}
