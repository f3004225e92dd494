import { count, number, together } from "../format";

export const recommend = {
  tab: "For you",
  who: "Who it is for",
  user: "User",
  userExample: "Name or number",
  users: "Users with most events",
  nobody: "Without a user",
  events: (value: number) => count(value, "event", "events"),
  history: (value: number) => (value === 1 ? "This user’s only event" : `The last of this user’s ${number(value)} events`),
  notHere: "An item that is not here",
  titles: "Titles you like",
  titlesHelp: "Search for titles and add them: what fits them is recommended.",
  titlesHelpUser: "Search for titles and add them: they count beside what the user liked.",
  titlesExample: "Search for a title",
  found: "Titles that were found",
  remove: (title: string) => `Remove ${title}`,
  weight: (title: string) => `How much you like ${title}`,
  weighs: (weight: number) =>
    weight === 0 ? "ignored" : weight < 0 ? `disliked ${number(-weight)}×` : `liked ${number(weight)}×`,
  diversity: "Variety",
  diversityHelp: "To the left the best first, to the right unlike each other.",
  forUser: (user: string) => `For user ${user}`,
  forLiked: "For those who like these",
  forEverybody: "What most users like",
  because: (names: string[]) => `Because you liked ${together(names)}`,
  becauseTitle: (name: string) => `Because you liked ${name}`,
  like: (name: string) => `I like ${name}`,
  about: "Words of a title, or what it is about",
  aboutTheSame: "Similar in content",
  likedWith: "Those who like this also like",
  noted: (name: string, user: string) => `Noted that ${user} likes ${name}: it counts from now on.`,
  byContent: "Nothing was learned from events yet: these are similar in content to what you like.",
  nothingLearned: "Nothing was learned yet",
  nothingLearnedHelp: "Add ratings or events, or name titles that you like.",
  stranger: (user: string) => `Nothing is known of ${user}: these are what everybody likes.`,
  unknown: (user: string) => `Nothing is known of ${user} yet.`,
  took: (shown: number, events: number, ms: number) =>
    [
      count(shown, "recommendation", "recommendations"),
      events > 0 && `from ${count(events, "event", "events")}`,
      `in ${number(ms)} ms`,
    ]
      .filter(Boolean)
      .join(" "),
};
