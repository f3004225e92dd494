import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";

import { citedIn } from "./Cited";
import { Markdown, isSafe } from "./Markdown";

function html(text: string): string {
  const shown = renderToStaticMarkup(<Markdown text={text} cite={(one) => (one <= 3 ? <button>{one}</button> : null)} />);
  return shown.replace(/^<div[^>]*>|<\/div>$/g, "").replaceAll(' dir="auto"', "").replaceAll(' type="button"', "");
}

describe("Markdown", () => {
  it("is set as it says", () => {
    expect(html("# One\n\nTwo **three** *four* `five`\n\n- six\n- seven")).toBe(
      "<h3>One</h3><p>Two <strong>three</strong> <em>four</em> <code>five</code></p><ul><li>six</li><li>seven</li></ul>",
    );
    expect(html("| a | b |\n|---|---|\n| c [1] | d |")).toContain("<td>c <button>1</button></td>");
  });

  it("has its marks cited, and leaves unknown ones", () => {
    expect(html("Yes [1][2], no [9].")).toBe("<p>Yes <button>1</button><button>2</button>, no [9].</p>");
    expect(html("**Yes [3]**")).toBe("<p><strong>Yes <button>3</button></strong></p>");
    // Not an address that the model made up for it.
    expect(html("Yes [1].\n\n[1]: https://evil.example/")).toBe("<p>Yes <button>1</button>.</p>");
  });

  it("never becomes HTML", () => {
    for (const evil of [
      "<img src=x onerror=alert(1)>",
      "Hello <script>alert(1)</script> you",
      "<div onclick=alert(1)>\nblock\n</div>",
      "![picture](https://evil.example/x.png)",
      "[link](javascript:alert(1))",
      "<javascript:alert(1)>",
      "[link](data:text/html,x)",
    ]) {
      expect(html(evil)).not.toMatch(/<(img|script|div|a)\b/);
    }
    expect(html("Hello <b>you</b>")).toBe("<p>Hello &lt;b&gt;you&lt;/b&gt;</p>");
    expect(html("1 < 2 &amp; `&amp;`")).toBe("<p>1 &lt; 2 &amp; <code>&amp;amp;</code></p>");
  });

  it("links to the web in another window", () => {
    expect(html("[site](https://example.org/a?b=c)")).toBe(
      '<p><a href="https://example.org/a?b=c" target="_blank" rel="noreferrer nofollow">site</a></p>',
    );
    expect([isSafe("mailto:a@example.org"), isSafe("/relative"), isSafe("vbscript:x")]).toEqual([true, false, false]);
  });
});

describe("citedIn", () => {
  it("names each citation once, in order", () => {
    expect(citedIn("One [2][1], two [2]; [x] [0001]")).toEqual([2, 1]);
  });
});
