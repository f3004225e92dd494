import { analysis } from "./analysis";
import { chat } from "./chat";
import { adding, collection, item, items, manage } from "./collection";
import { dna } from "./dna";
import { application, create, gallery, sample } from "./gallery";
import { image } from "./image";
import { job, jobs } from "./jobs";
import { map } from "./map";
import { molecule } from "./molecule";
import { moments } from "./moments";
import { recommend } from "./recommend";
import { form, ranges, search } from "./search";
import { models, settings } from "./server";
import { shell } from "./shell";
import { text } from "./text";

/** All texts of the page, a file for each part. Applications' titles and descriptions come from the server. */
export const en = {
  ...shell,
  gallery,
  sample,
  job,
  jobs,
  application,
  models,
  settings,
  create,
  collection,
  map,
  search,
  image,
  text,
  molecule,
  dna,
  ranges,
  moments,
  analysis,
  recommend,
  chat,
  item,
  items,
  adding,
  manage,
  form,
};
