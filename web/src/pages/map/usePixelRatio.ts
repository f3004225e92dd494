import { useEffect, useState } from "react";

/** Device pixels per CSS pixel, also after the page was zoomed or moved to another screen. */
export function usePixelRatio(): number {
  const [ratio, setRatio] = useState(devicePixelRatio);
  useEffect(() => {
    const same = matchMedia(`(resolution: ${ratio}dppx)`);
    const read = (): void => setRatio(devicePixelRatio);
    same.addEventListener("change", read);
    return () => same.removeEventListener("change", read);
  }, [ratio]);
  return ratio;
}
