import { Button, TextInput } from "@mantine/core";
import { type ReactNode, type RefObject, useState } from "react";
import { useKeys } from "../shell/keys";

interface Props {
  title: string;
  label: string;
  /** What the button says. */
  does: string;
  given?: string;
  problem?: string | null;
  /** Stands at the foot instead of over the page. */
  docked?: boolean;
  field?: RefObject<HTMLInputElement | null>;
  children?: ReactNode;
  /** Told of the text at each change. */
  writing?: (text: string) => void;
  answer: (text: string) => void;
  close: () => void;
}

/** One line asked for over the page: a position, a note, a tag, a label. */
export function Ask(props: Props) {
  const [text, setText] = useState(props.given ?? "");
  const shut = { says: "close", press: props.close, whileTyping: true };
  useKeys(props.title, { Escape: shut }, { level: 3 });
  return (
    <form
      className={props.docked ? "ask ask-docked" : "ask"}
      role="dialog"
      aria-label={props.title}
      onSubmit={(event) => {
        event.preventDefault();
        props.answer(text.trim());
      }}
    >
      <h2>{props.title}</h2>
      {props.children}
      <TextInput
        ref={props.field}
        autoFocus
        label={props.label}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          props.writing?.(event.currentTarget.value);
        }}
      />
      {props.problem && <p role="alert">{props.problem}</p>}
      <div className="ask-acts">
        <Button variant="default" size="xs" onClick={props.close}>
          Cancel
        </Button>
        <Button size="xs" type="submit">
          {props.does}
        </Button>
      </div>
    </form>
  );
}
