import { useQuery } from "@tanstack/react-query";

import { collections } from "../../api/collections";
import { keys } from "../../api/queries";
import type { Collection } from "../../api/types";
import { texts } from "../../texts";
import { Button } from "../../ui";
import { titleOf } from "../../views/reading/titles";
import styles from "./Examples.module.css";

const LOOKED_AT = 24;
const SHOWN = 4;

/** Before anything was asked: what could be. */
export function Examples({ collection, onAsk }: { collection: Collection; onAsk: (question: string) => void }) {
  const { application, name } = collection;
  const { data } = useQuery({
    queryKey: [...keys.collection(application, name), "examples"],
    queryFn: ({ signal }) => collections.items(application, name, { limit: LOOKED_AT, order: "number" }, signal),
  });
  // Stored questions have no file.
  const titles = data?.items.filter((one) => one.links.content === null).map(titleOf) ?? [];
  const questions = [...new Set(titles)].slice(0, SHOWN);
  return (
    <div className={styles["examples"]}>
      <h2>{texts.chat.start(name)}</h2>
      <p>{texts.chat.startHelp(collection.items)}</p>
      {questions.length > 0 && (
        <section>
          <h3>{texts.chat.examples}</h3>
          <ul>
            {questions.map((one) => (
              <li key={one}>
                <Button onClick={() => onAsk(one)}>{one}</Button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
