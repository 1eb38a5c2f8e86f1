import type { ReactNode } from "react";

/** Something to know, and what can be done about it. */
export function Notice(props: {
  readonly tone: "plain" | "error";
  readonly title: string;
  readonly text: string;
  readonly testId?: string;
  readonly children?: ReactNode;
}) {
  return (
    <div
      className={`notice ${props.tone}`}
      role={props.tone === "error" ? "alert" : undefined}
      data-testid={props.testId ?? (props.tone === "error" ? "error" : "notice")}
    >
      <h2>{props.title}</h2>
      <p>{props.text}</p>
      <div className="notice-actions">{props.children}</div>
    </div>
  );
}
