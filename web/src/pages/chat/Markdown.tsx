import { type Token, type Tokens, lexer } from "marked";
import { Fragment, type ReactNode, useMemo } from "react";

import { Cited } from "./Cited";
import styles from "./Markdown.module.css";

interface MarkdownProps {
  text: string;
  /** What stands for a mark like [1]; null leaves it as it is. */
  cite: (number: number) => ReactNode;
}

/**
 * What a language model writes, as far as it is text: what is HTML in it stays text, pictures are their descriptions,
 * and links lead to the web and to mail only.
 */
export function Markdown({ text, cite }: MarkdownProps) {
  const tokens = useMemo(() => lexer(text), [text]);
  return <div className={styles["markdown"]}>{all(tokens, cite)}</div>;
}

type Cite = MarkdownProps["cite"];

function all(tokens: readonly Token[] | undefined, cite: Cite): ReactNode[] {
  return (tokens ?? []).map((token, at) => <Fragment key={at}>{one(token as Tokens.Generic, cite)}</Fragment>);
}

// The page and the part have headings above those of an answer.
const HEADINGS = ["h3", "h4", "h5", "h6"] as const;

function one(token: Tokens.Generic, cite: Cite): ReactNode {
  const inner = (): ReactNode => (token.tokens ? all(token.tokens, cite) : <Cited text={plain(token)} cite={cite} />);
  switch (token.type) {
    case "paragraph":
      return <p dir="auto">{inner()}</p>;
    case "heading": {
      const Heading = HEADINGS[(token as Tokens.Heading).depth - 1] ?? "h6";
      return <Heading dir="auto">{inner()}</Heading>;
    }
    case "strong":
      return <strong>{inner()}</strong>;
    case "em":
      return <em>{inner()}</em>;
    case "del":
      return <del>{inner()}</del>;
    case "codespan":
      return <code>{plain(token)}</code>;
    case "code":
      return (
        // Wide lines are scrolled to, also by the keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <pre tabIndex={0}>
          <code>{plain(token)}</code>
        </pre>
      );
    case "blockquote":
      return <blockquote>{inner()}</blockquote>;
    case "list": {
      const list = token as Tokens.List;
      const items = list.items.map((item, at) => <li key={at}>{all(item.tokens, cite)}</li>);
      return list.ordered ? <ol start={list.start === "" ? undefined : list.start}>{items}</ol> : <ul>{items}</ul>;
    }
    case "table":
      return <Table table={token as Tokens.Table} cite={cite} />;
    case "br":
      return <br />;
    case "hr":
      return <hr />;
    case "link":
      return <Link link={token as Tokens.Link} cite={cite} />;
    case "space":
    case "def":
      return null;
    default:
      return inner();
  }
}

function Table({ table, cite }: { table: Tokens.Table; cite: Cite }) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles["wide"]} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {table.header.map((cell, at) => (
              <th key={at}>{all(cell.tokens, cite)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, line) => (
            <tr key={line}>
              {row.map((cell, at) => (
                <td key={at}>{all(cell.tokens, cite)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const MARKS = /^(?:\[\d{1,3}\])+$/;

function Link({ link, cite }: { link: Tokens.Link; cite: Cite }) {
  // A model may give addresses for its marks; ours lead to the passages.
  if (MARKS.test(link.raw)) return <Cited text={link.raw} cite={cite} />;
  if (!isSafe(link.href)) return all(link.tokens, cite);
  return (
    <a href={link.href} target="_blank" rel="noreferrer nofollow">
      {all(link.tokens, cite)}
    </a>
  );
}

export function isSafe(address: string): boolean {
  try {
    return ["http:", "https:", "mailto:"].includes(new URL(address).protocol);
  } catch {
    return false;
  }
}

const ENTITIES: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&nbsp;": "\u00a0" };

/** The text of a token that has nothing in it. */
function plain(token: Tokens.Generic): string {
  const text = typeof token["text"] === "string" ? token["text"] : token.raw;
  const isCode = token.type === "code" || token.type === "codespan";
  return isCode ? text : text.replace(/&(?:amp|lt|gt|quot|#39|nbsp);/g, (name) => ENTITIES[name] ?? name);
}
