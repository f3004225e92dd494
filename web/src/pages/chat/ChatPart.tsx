import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useLocation } from "wouter";

import { conversations } from "../../api/conversations";
import { reason } from "../../api/problem";
import { keys } from "../../api/queries";
import { texts } from "../../texts";
import { Button, Dialog, Failed, Skeleton } from "../../ui";
import { HistoryIcon } from "../../ui/icons";
import { useView } from "../../views/registry";
import { ItemDialog } from "../collection/ItemDialog";
import { EmptyCollection } from "../collection/adding/EmptyCollection";
import { type PartProps, searchAddress } from "../collection/parts";
import { useOpenItem } from "../collection/useOpenItem";
import styles from "./ChatPart.module.css";
import { Composer } from "./Composer";
import { Examples } from "./Examples";
import { History } from "./History";
import { Messages } from "./Messages";
import { useAsking } from "./useAsking";
import { useEndKept } from "./useEndKept";

const CONVERSATION = "conversation";

/** Questions and answers about a collection. The address holds the conversation. */
export default function ChatPart({ application, collection }: PartProps) {
  const view = useView(application.name);
  const [path, navigate] = useLocation();
  const { id: item, at, params, show, go } = useOpenItem();
  const conversation = params.get(CONVERSATION);
  const [words, setWords] = useState("");
  const [listing, setListing] = useState(false);
  const said = useQuery({
    queryKey: keys.messages(conversation ?? ""),
    queryFn: ({ signal }) => conversations.messages(conversation ?? "", signal),
    enabled: conversation !== null,
    retry: false,
  });
  const { turn, failure, ask, stop } = useAsking(collection, conversation, {
    onBegin: (id) => navigate(addressOf(id), { replace: true }),
    onTakeBack: setWords,
  });
  const messages = conversation === null ? [] : said.data;
  const isFresh = messages?.length === 0 && !turn && !failure;
  const follow = useEndKept(isFresh, [conversation, messages?.length, turn?.text, turn?.begun, failure]);

  // Who begins to ask begins to write.
  useEffect(() => {
    if (conversation === null && matchMedia("(hover: hover)").matches) document.getElementById("question")?.focus();
  }, [conversation]);

  function addressOf(id: string | null): string {
    return id === null ? path : `${path}?${new URLSearchParams({ [CONVERSATION]: id })}`;
  }

  function open(id: string | null): void {
    setListing(false);
    navigate(addressOf(id));
  }

  function submit(question: string): void {
    setWords("");
    follow();
    void ask(question);
  }

  if (collection.items === 0 && !messages?.length && !turn) {
    return <EmptyCollection application={application} collection={collection} />;
  }

  const history = <History collection={collection} current={conversation} onOpen={open} />;
  return (
    <div className={styles["chat"]}>
      <aside className={styles["aside"]} aria-label={texts.chat.history}>
        {history}
      </aside>
      <section className={styles["main"]} aria-label={texts.chat.title}>
        <div className={styles["small"]}>
          <Button kind="quiet" aria-haspopup="dialog" onClick={() => setListing(true)}>
            <HistoryIcon />
            {texts.chat.history}
          </Button>
        </div>
        <div className={styles["said"]}>
          {isFresh && <Examples collection={collection} onAsk={submit} />}
          {said.isError && conversation !== null && !messages && (
            <Failed title={texts.chat.gone} onRetry={() => said.refetch()}>
              {texts.chat.goneHelp} {reason(said.error)}
            </Failed>
          )}
          {!messages && !said.isError && (
            <div className={styles["waiting"]} role="status" aria-label={texts.loading}>
              <Skeleton width="60%" height="2.75rem" />
              <Skeleton height="7rem" />
            </div>
          )}
          {messages && (
            <Messages messages={messages} turn={turn} failure={failure} onAsk={submit} onOpen={show} />
          )}
        </div>
        <Composer
          application={application}
          collection={collection}
          words={words}
          first={isFresh}
          busy={turn !== null}
          onWords={setWords}
          onAsk={submit}
          onStop={stop}
        />
      </section>
      {listing && (
        <Dialog title={texts.chat.history} onClose={() => setListing(false)}>
          {history}
        </Dialog>
      )}
      {item !== null && (
        <ItemDialog
          view={view}
          application={application}
          collection={collection}
          id={item}
          at={at}
          items={[]}
          onSearch={(query) => go(`${searchAddress(application, collection.name)}?${view.queryToUrl(query)}`)}
          onOpen={show}
          onClose={() => show(null)}
        />
      )}
    </div>
  );
}
