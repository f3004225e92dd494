import { call } from "./client";
import { collections } from "./collections";
import type { components } from "./schema";
import type { Collection } from "./types";

export type Recommended = components["schemas"]["Recommendation"];
export type Recommendations = components["schemas"]["RecommendAnswer"];
export type UserEvent = components["schemas"]["EventOut"];
type History = components["schemas"]["HistoryAnswer"];
type Users = components["schemas"]["UsersAnswer"];

/** For whom: a user, who likes these items, or who likes this one. */
export interface Wish {
  user?: string;
  liked?: { item: string; weight: number }[];
  item?: string;
  limit?: number;
  diversity?: number;
}

function operate<T>({ application, name }: Collection, operation: string, body: unknown, signal?: AbortSignal) {
  return call<T>("POST", collections.address(application, name, operation), body, signal);
}

/** What is recommended, to whom, and what is known of whom. */
export const recommendations = {
  recommend: (collection: Collection, wish: Wish, signal?: AbortSignal) =>
    operate<Recommendations>(collection, "recommend", wish, signal),
  users: (collection: Collection, beginning: string, limit: number, signal?: AbortSignal) =>
    operate<Users>(collection, "users", { beginning, limit }, signal),
  history: (collection: Collection, user: string, limit: number, signal?: AbortSignal) =>
    operate<History>(collection, "history", { user, limit }, signal),
  /** Say that a user likes an item: it counts at once. */
  like: (collection: Collection, user: string, item: string, value: number) =>
    operate<{ events: number }>(collection, "events", { events: [{ user, item, value }] }),
};
