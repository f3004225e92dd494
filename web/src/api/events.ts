/** One of Server-Sent Events: what it is called, and what it says. */
export interface ServerEvent {
  kind: string;
  data: string;
}

/**
 * Reads the events of a stream that comes in pieces cut anywhere (WHATWG HTML, 9.2.6).
 *
 * The browser's EventSource cannot send a question. Ids and times to try again are left out: nothing here is resumed.
 */
export class EventReader {
  private rest = "";
  private kind = "message";
  private data: string[] = [];

  /** The events that are whole with this piece. */
  feed(piece: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    // A line end may be cut in two.
    const text = this.rest + piece;
    const whole = text.endsWith("\r") ? text.slice(0, -1) : text;
    const lines = whole.split(/\r\n|\n|\r/);
    this.rest = (lines.pop() ?? "") + text.slice(whole.length);
    for (const line of lines) {
      const event = this.read(line);
      if (event) events.push(event);
    }
    return events;
  }

  private read(line: string): ServerEvent | null {
    if (line === "") {
      const event = this.data.length ? { kind: this.kind, data: this.data.join("\n") } : null;
      this.kind = "message";
      this.data = [];
      return event;
    }
    const colon = line.indexOf(":");
    const [name, value] = colon < 0 ? [line, ""] : [line.slice(0, colon), line.slice(colon + 1)];
    const said = value.startsWith(" ") ? value.slice(1) : value;
    if (name === "event") this.kind = said;
    else if (name === "data") this.data.push(said);
    return null;
  }
}
