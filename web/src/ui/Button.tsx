import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Link } from "wouter";

import styles from "./Button.module.css";

type Kind = "primary" | "secondary" | "quiet" | "danger";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: Kind;
  /** Something is under way: the button stays where it is, but does nothing. */
  busy?: boolean;
  /** A quiet button begins where its text does: in line with the texts above it. */
  flush?: boolean;
}

export function Button({ kind = "secondary", busy = false, flush = false, type = "button", className, ...rest }: ButtonProps) {
  const names = [styles["button"], styles[kind], flush && styles["flush"], className].filter(Boolean).join(" ");
  return <button type={type} className={names} aria-busy={busy || undefined} {...rest} disabled={busy || rest.disabled} />;
}

/** A link within the page that looks like a button. */
export function ButtonLink({ kind = "secondary", flush = false, href, children }: {
  kind?: Kind;
  flush?: boolean;
  href: string;
  children: ReactNode;
}) {
  return (
    <Link href={href} className={[styles["button"], styles[kind], flush && styles["flush"]].filter(Boolean).join(" ")}>
      {children}
    </Link>
  );
}

interface IconButtonProps extends Omit<ButtonProps, "children" | "aria-label"> {
  /** What it does, for screen readers and as its tooltip. */
  label: string;
  children: ReactNode;
}

export function IconButton({ label, kind = "quiet", className, children, ...rest }: IconButtonProps) {
  const names = [styles["icon"], className].filter(Boolean).join(" ");
  return (
    <Button kind={kind} className={names} aria-label={label} title={label} {...rest}>
      {children}
    </Button>
  );
}
