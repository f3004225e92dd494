/** Who is recommended to, as an address: a user or some liked items with their weights, and how various it shall be. */
export interface Wishes {
  user: string | null;
  liked: readonly { id: string; weight: number }[];
  diversity: number;
}

const ITEM = /^[0-9a-f]{64}$/;
const MOST = 50;

export const WEIGHTS = { least: -2, most: 3, step: 0.5 } as const;

/** Any address must be survived: people edit them. */
export function fromAddress(params: URLSearchParams): Wishes {
  const liked = new Map<string, number>();
  for (const text of params.getAll("like")) {
    const [id = "", weight = "1"] = text.split("*");
    if (ITEM.test(id) && liked.size < MOST) liked.set(id, within(Number(weight), WEIGHTS.least, WEIGHTS.most, 1));
  }
  return {
    user: params.get("user")?.slice(0, 512) || null,
    liked: [...liked].map(([id, weight]) => ({ id, weight })),
    diversity: within(Number(params.get("diversity") ?? "0"), 0, 1, 0),
  };
}

export function toAddress({ user, liked, diversity }: Wishes): URLSearchParams {
  const params = new URLSearchParams();
  if (user) params.set("user", user);
  for (const { id, weight } of liked) params.append("like", weight === 1 ? id : `${id}*${weight}`);
  if (diversity) params.set("diversity", String(diversity));
  return params;
}

function within(value: number, least: number, most: number, otherwise: number): number {
  return Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : otherwise;
}
