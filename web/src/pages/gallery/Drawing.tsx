import type { ReactNode } from "react";

import styles from "./Drawing.module.css";

/** Tiles of pictures: one is asked with, those alike light up. */
const pictures = (
  <>
    {[0, 1, 2, 3, 4].map((column) =>
      [0, 1, 2].map((row) => {
        const alike = (column * 3 + row * 2) % 7 === 2 || (column === 3 && row === 1);
        const x = 44 + column * 50;
        const y = 14 + row * 50;
        return (
          <g key={`${column}-${row}`} data-tone={alike ? "accent" : "quiet"}>
            <rect x={x} y={y} width="42" height="42" rx="7" data-part="wash" />
            <path d={`M${x + 7} ${y + 33} l10 -13 8 9 5 -5 6 9z`} data-part="fill" />
            <circle cx={x + 30} cy={y + 13} r="4" data-part="fill" />
          </g>
        );
      }),
    )}
  </>
);

const points: [x: number, y: number, near: boolean][] = [
  [52, 120, false], [74, 44, false], [88, 92, false], [96, 138, false], [112, 64, false], [126, 112, false],
  [150, 34, false], [166, 138, false], [176, 92, true], [190, 66, true], [206, 104, true], [214, 78, true],
  [228, 90, true], [236, 134, false], [250, 40, false], [262, 108, false], [278, 66, false], [292, 128, false],
];

/** Points in a space: the query's neighbours within a circle. */
const vectors = (
  <>
    <path d="M36 16v132h268" data-part="line" data-tone="quiet" />
    <circle cx="203" cy="86" r="40" data-part="wash" data-tone="accent" />
    <circle cx="203" cy="86" r="40" data-part="line" data-tone="accent" />
    {points.map(([x, y, near]) => (
      <circle key={`${x}-${y}`} cx={x} cy={y} r="5" data-part="fill" data-tone={near ? "accent" : "quiet"} />
    ))}
    <path d="M203 78v16M195 86h16" data-part="line" data-tone="accent" />
  </>
);

const lines: [y: number, widths: [number, number, number]][] = [
  [40, [70, 46, 62]], [60, [38, 88, 52]], [80, [60, 54, 64]], [100, [84, 40, 54]], [120, [46, 64, 40]],
];

/** A page of text: of its words, those that are meant light up. */
const passages = (
  <>
    <rect x="64" y="14" width="212" height="140" rx="9" data-part="line" data-tone="quiet" />
    {lines.map(([y, widths], row) =>
      widths.map((width, column) => {
        const x = 80 + widths.slice(0, column).reduce((sum, one) => sum + one + 8, 0) * 0.9;
        const found = row === 2 || (row === 1 && column === 1);
        return (
          <g key={`${y}-${width}`} data-tone={found ? "accent" : "quiet"}>
            {found && <rect x={x - 4} y={y - 9} width={width * 0.9 + 8} height="18" rx="4" data-part="wash" />}
            <rect x={x} y={y - 3} width={width * 0.9} height="6" rx="3" data-part="fill" />
          </g>
        );
      }),
    )}
  </>
);

/** A question, and an answer that says where it is from. */
const answers = (
  <>
    <g data-tone="quiet">
      <path d="M140 22h136a9 9 0 0 1 9 9v24a9 9 0 0 1-9 9h-4v10l-12-10h-120a9 9 0 0 1-9-9V31a9 9 0 0 1 9-9z" data-part="wash" />
      <rect x="146" y="33" width="104" height="6" rx="3" data-part="fill" />
      <rect x="146" y="47" width="62" height="6" rx="3" data-part="fill" />
    </g>
    <g data-tone="accent">
      <path d="M64 86h148a9 9 0 0 1 9 9v40a9 9 0 0 1-9 9H92l-14 12v-12H64a9 9 0 0 1-9-9V95a9 9 0 0 1 9-9z" data-part="wash" />
      <rect x="70" y="98" width="132" height="6" rx="3" data-part="fill" />
      <rect x="70" y="112" width="108" height="6" rx="3" data-part="fill" />
      <rect x="70" y="126" width="46" height="6" rx="3" data-part="fill" />
      <rect x="124" y="122" width="18" height="14" rx="4" data-part="line" />
      <rect x="149" y="122" width="18" height="14" rx="4" data-part="line" />
    </g>
  </>
);

/** A waveform of which a part is chosen. */
const sounds = (
  <>
    <rect x="150" y="24" width="74" height="116" rx="9" data-part="wash" data-tone="accent" />
    {[10, 22, 40, 30, 16, 34, 58, 78, 64, 88, 70, 46, 60, 30, 18, 26, 14].map((height, at) => (
      <rect
        key={at}
        x={52 + at * 14.4}
        y={82 - height / 2}
        width="6"
        height={height}
        rx="3"
        data-part="fill"
        data-tone={at >= 7 && at <= 11 ? "accent" : "quiet"}
      />
    ))}
  </>
);

/** A strip of film, and the moment that is played. */
const film = (
  <>
    {[0, 1, 2].map((at) => (
      <g key={at} data-tone={at === 1 ? "accent" : "quiet"}>
        <rect x={34 + at * 94} y="42" width="84" height="80" rx="8" data-part={at === 1 ? "wash" : "line"} />
        {[0, 1, 2, 3].map((hole) => (
          <g key={hole}>
            <rect x={42 + at * 94 + hole * 19} y="28" width="9" height="7" rx="2" data-part="fill" />
            <rect x={42 + at * 94 + hole * 19} y="129" width="9" height="7" rx="2" data-part="fill" />
          </g>
        ))}
      </g>
    ))}
    <path d="M160 62v40l34-20Z" data-part="fill" data-tone="accent" />
  </>
);

const bonds: [x1: number, y1: number, x2: number, y2: number][] = [
  [170, 38, 208, 60], [208, 60, 208, 104], [208, 104, 170, 126], [170, 126, 132, 104], [132, 104, 132, 60], [132, 60, 170, 38],
];

/** A molecule, of which a ring is what is alike. */
const molecule = (
  <>
    <path d="M170 38l38 22v44l-38 22-38-22V60z" data-part="wash" data-tone="accent" />
    <g data-tone="accent">
      {bonds.map(([x1, y1, x2, y2]) => (
        <line key={`${x1}-${y1}`} x1={x1} y1={y1} x2={x2} y2={y2} data-part="line" />
      ))}
      <path d="M170 50l28 16M198 98l-28 16M143 99V66" data-part="line" />
    </g>
    <g data-tone="quiet">
      <path d="M208 60l36-20M244 40l34 19M132 104l-36 21M96 125l-34-19M208 104l36 21" data-part="line" />
      <circle cx="284" cy="62" r="8" data-part="fill" />
      <circle cx="56" cy="102" r="8" data-part="fill" />
      <circle cx="251" cy="129" r="8" data-part="fill" />
    </g>
  </>
);

// Which letters of the two sequences differ, and how wide each is.
const DIFFERENT = new Set([4, 11]);
const LETTER = 15;

/** Two sequences below each other: most of their letters are the same. */
const sequences = (
  <>
    <rect x="44" y="44" width="252" height="76" rx="9" data-part="wash" data-tone="accent" />
    {Array.from({ length: 16 }, (_, at) => (
      <g key={at} data-tone={DIFFERENT.has(at) ? "quiet" : "accent"}>
        <rect x={54 + at * LETTER} y={54 + (at % 3) * 2} width="8" height={18 - (at % 3) * 2} rx="2" data-part="fill" />
        {!DIFFERENT.has(at) && <path d={`M${58 + at * LETTER} 78v8`} data-part="line" />}
        <rect x={54 + at * LETTER} y="92" width="8" height={18 - ((DIFFERENT.has(at) ? at + 1 : at) % 3) * 2} rx="2" data-part="fill" />
      </g>
    ))}
    <path d="M20 62h14M306 62h14M20 101h14M306 101h14" data-part="line" data-tone="quiet" />
  </>
);

/** A frame in which a face is known, and the lines that say when who is there. */
const people = (
  <>
    <rect x="92" y="14" width="156" height="88" rx="9" data-part="line" data-tone="quiet" />
    <g data-tone="accent">
      <rect x="118" y="26" width="48" height="58" rx="6" data-part="wash" />
      <rect x="118" y="26" width="48" height="58" rx="6" data-part="line" />
      <circle cx="142" cy="48" r="10" data-part="fill" />
      <path d="M124 82c0-11 8-18 18-18s18 7 18 18z" data-part="fill" />
    </g>
    <g data-tone="quiet">
      <circle cx="206" cy="56" r="9" data-part="fill" />
      <path d="M190 86c0-10 7-16 16-16s16 6 16 16z" data-part="fill" />
    </g>
    {[0, 1].map((lane) => (
      <g key={lane}>
        <rect x="60" y={116 + lane * 18} width="220" height="8" rx="4" data-part="wash" data-tone="quiet" />
        <rect x={lane ? 188 : 84} y={116 + lane * 18} width={lane ? 62 : 78} height="8" rx="4" data-part="fill" data-tone={lane ? "quiet" : "accent"} />
      </g>
    ))}
    <rect x="222" y="116" width="34" height="8" rx="4" data-part="fill" data-tone="accent" />
  </>
);

// Who gave how much to what: rows are people.
const ratings = [[3, 0, 2, 3, 0], [3, 1, 0, 3, 2], [0, 3, 1, 0, 3]];

/** What people like: of whoever likes the same, what is missing. */
const likes = (
  <>
    <rect x="44" y="12" width="252" height="92" rx="9" data-part="wash" data-tone="accent" />
    {ratings.map((row, y) => (
      <g key={y}>
        <g data-tone={y < 2 ? "accent" : "quiet"}>
          <circle cx="68" cy={27 + y * 48} r="8" data-part="fill" />
          <path d={`M54 ${51 + y * 48}c0-9 6-14 14-14s14 5 14 14z`} data-part="fill" />
        </g>
        {row.map((liked, x) => (
          <rect
            key={x}
            x={104 + x * 38}
            y={20 + y * 48}
            width="28"
            height="30"
            rx="5"
            data-part={liked > 1 ? "fill" : "line"}
            data-tone={liked > 1 && y < 2 ? "accent" : "quiet"}
          />
        ))}
      </g>
    ))}
  </>
);

/** Two shapes that overlap: whatever it is, it has something alike. */
const generic = (
  <>
    {[0, 1, 2, 3].map((step) => (
      <circle key={step} cx={119 + step * 34} cy="82" r="44" data-part="line" data-tone={step === 1 ? "accent" : "quiet"} />
    ))}
    <circle cx="153" cy="82" r="44" data-part="wash" data-tone="accent" />
    <circle cx="153" cy="82" r="6" data-part="fill" data-tone="accent" />
    <circle cx="187" cy="82" r="6" data-part="fill" data-tone="quiet" />
  </>
);

const drawings: Record<string, ReactNode> = {
  "audio-search": sounds,
  "dna-classification": sequences,
  "image-search": pictures,
  "molecule-search": molecule,
  "question-answering": answers,
  recommendation: likes,
  "text-search": passages,
  "vector-search": vectors,
  "video-analysis": people,
  "video-search": film,
};

/** What an application does, as a drawing. */
export function Drawing({ application }: { application: string }) {
  return (
    <svg className={styles["drawing"]} viewBox="0 0 340 164" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      {drawings[application] ?? generic}
    </svg>
  );
}
