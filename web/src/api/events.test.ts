import { describe, expect, it } from "vitest";

import { EventReader, type ServerEvent } from "./events";

function read(pieces: string[]): ServerEvent[] {
  const reader = new EventReader();
  return pieces.flatMap((piece) => reader.feed(piece));
}

const stream = 'event: citations\ndata: {"a": 1}\n\n: still here\n\nevent:answer\r\ndata: one\r\ndata:  two\r\n\r\ndata: three\n\n';
const events = [
  { kind: "citations", data: '{"a": 1}' },
  { kind: "answer", data: "one\n two" },
  { kind: "message", data: "three" },
];

describe("EventReader", () => {
  it("reads events, whatever ends their lines, and no comments", () => {
    expect(read([stream])).toEqual(events);
  });

  it("does not mind where the stream is cut", () => {
    expect(read(stream.split(""))).toEqual(events);
    for (let at = 1; at < stream.length; at++) expect(read([stream.slice(0, at), stream.slice(at)])).toEqual(events);
  });

  it("holds back what is not whole", () => {
    expect(read(["event: done\ndata: {}\n"])).toEqual([]);
  });
});
