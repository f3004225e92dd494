import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";

import { answer, client } from "../api/client";
import { reason } from "../api/problem";
import { signInWanted, signedIn, useSession } from "../api/session";
import { texts } from "../texts";
import { Button, Dialog, DialogActions, Field, IconButton, Input, useToast } from "../ui";
import { LeaveIcon } from "../ui/icons";
import styles from "./SignIn.module.css";

/** Asks for an API key as soon as the server has refused something without one. */
export function SignIn() {
  const session = useSession();
  const [asking, setAsking] = useState(true);
  if (!session.wanted) return null;
  if (!asking) {
    return (
      <div className={styles["again"]}>
        <p>{texts.session.why}</p>
        <Button kind="primary" onClick={() => setAsking(true)}>
          {texts.session.start}
        </Button>
      </div>
    );
  }
  return <SignInDialog onClose={() => setAsking(false)} />;
}

function SignInDialog({ onClose }: { onClose: () => void }) {
  const cache = useQueryClient();
  const [key, setKey] = useState("");
  const start = useMutation({
    mutationFn: () => answer(client.POST("/api/v1/session", { body: { key: key.trim() } })),
    onSuccess: (session) => {
      setKey("");
      signedIn(session.name);
      // What was refused before is asked for again.
      void cache.resetQueries();
    },
  });

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    start.mutate();
  }

  return (
    <Dialog title={texts.session.title} onClose={onClose}>
      <form className={styles["form"]} onSubmit={submit}>
        <p>{texts.session.why}</p>
        <Field
          label={texts.session.key}
          hint={texts.session.hint}
          error={start.isError ? reason(start.error) : undefined}
        >
          <Input
            type="password"
            required
            maxLength={200}
            value={key}
            onChange={(event) => setKey(event.target.value)}
          />
        </Field>
        <DialogActions>
          <Button type="submit" kind="primary" busy={start.isPending}>
            {texts.session.start}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** Ends the session. */
export function useSignOut() {
  const cache = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: () => answer(client.DELETE("/api/v1/session")),
    onSuccess: () => {
      toast("done", texts.session.ended);
      cache.clear();
      signInWanted();
    },
    onError: (error) => toast("failed", reason(error)),
  });
}

/** The way out, for who signed in. */
export function SessionMenu() {
  const session = useSession();
  const end = useSignOut();
  if (session.name === null) return null;
  return (
    <IconButton label={texts.session.end} busy={end.isPending} onClick={() => end.mutate()}>
      <LeaveIcon />
    </IconButton>
  );
}
