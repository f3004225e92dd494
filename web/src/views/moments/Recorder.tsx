import { useEffect, useRef, useState } from "react";

import { clock, texts } from "../../texts";
import { Button, useToast } from "../../ui";
import { MicrophoneIcon, StopIcon } from "../../ui/icons";
import styles from "./QueryForm.module.css";

const MOST_SECONDS = 30;

/** Records from the microphone: one press begins, the next one ends it and gives what was heard. */
export function Recorder({ onRecord }: { onRecord: (sound: Blob) => void }) {
  const toast = useToast();
  const recorder = useRef<MediaRecorder | null>(null);
  const [seconds, setSeconds] = useState<number | null>(null);
  const recording = seconds !== null;

  useEffect(() => {
    if (!recording) return;
    const timer = setInterval(() => setSeconds((value) => (value === null ? null : value + 1)), 1000);
    return () => clearInterval(timer);
  }, [recording]);

  useEffect(() => {
    if (seconds !== null && seconds >= MOST_SECONDS) recorder.current?.stop();
  }, [seconds]);

  useEffect(() => () => recorder.current?.stream.getTracks().forEach((track) => track.stop()), []);

  async function start(): Promise<void> {
    try {
      // What browsers do to voices on the telephone takes away from all other sounds.
      const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
      const stream = await navigator.mediaDevices.getUserMedia({ audio: plain });
      const mine = new MediaRecorder(stream);
      const heard: Blob[] = [];
      mine.ondataavailable = (event) => heard.push(event.data);
      mine.onstop = () => {
        stream.getTracks().forEach((track) => track.stop());
        setSeconds(null);
        onRecord(new Blob(heard, { type: mine.mimeType }));
      };
      mine.start();
      recorder.current = mine;
      setSeconds(0);
    } catch {
      toast("failed", texts.moments.noMicrophone);
    }
  }

  return (
    <Button
      className={styles["record"]}
      data-on={recording || undefined}
      aria-pressed={recording}
      onClick={() => (recording ? recorder.current?.stop() : void start())}
    >
      {recording ? <StopIcon /> : <MicrophoneIcon />}
      {recording ? texts.moments.recording(clock(seconds)) : texts.moments.record}
    </Button>
  );
}
