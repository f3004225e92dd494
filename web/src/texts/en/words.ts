import type { FieldType } from "../../api/types";

/** What fields are called wherever they are named. */
export const types: Record<FieldType, string> = { text: "Text", integer: "Whole number", number: "Number", boolean: "Yes or no" };
