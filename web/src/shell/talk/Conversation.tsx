import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useAct } from "../../client/ask";
import { api } from "../../client/api";
import type { Talk } from "../../client/shapes";
import { useSession } from "../session";
import { Notice } from "../states";
import { moment } from "../words";
import "./talk.css";

function Said(props: { talk: Talk }) {
  const { officer } = useSession();
  if (props.talk.messages.length === 0) {
    return <Text c="dimmed">Nothing has been written yet.</Text>;
  }
  return props.talk.messages.map((message) => (
    <div key={message.id} className={message.author === officer.name ? "said mine" : "said"}>
      <Text size="sm" c="dimmed">
        {message.author}, {moment(message.at_us)}
      </Text>
      <p>{message.text}</p>
    </div>
  ));
}

function Answering(props: { talk: Talk }) {
  const { talk } = props;
  const [text, setText] = useState("");
  const { has } = useSession();
  const params = { path: { talk_id: talk.id } };
  const changes = [["talk"], ["reception"]];
  const say = useAct<unknown, string>(
    (words) => api.POST("/api/talk/{talk_id}/messages", { params, body: { text: words } }),
    changes,
  );
  const take = useAct<unknown>(() => api.POST("/api/talk/{talk_id}/answer", { params }), changes);
  const close = useAct<unknown>(() => api.POST("/api/talk/{talk_id}/close", { params }), changes);
  const problem = say.error ?? take.error ?? close.error;
  const answers = has("counsellor") && talk.answered_us === null && !talk.mine;
  if (talk.closed_us !== null) return <Text c="dimmed">This talk has ended.</Text>;
  return (
    <Stack gap="sm">
      {problem !== null && <Notice problem={problem} />}
      {answers && (
        <Group>
          <Button onClick={() => take.mutate()}>I answer</Button>
        </Group>
      )}
      <Textarea
        label="Write"
        autosize
        minRows={3}
        maxRows={12}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Group>
        <Button
          disabled={text.trim() === ""}
          loading={say.isPending}
          onClick={() => say.mutate(text, { onSuccess: () => setText("") })}
        >
          Send
        </Button>
        <Button variant="default" onClick={() => close.mutate()}>
          End the talk
        </Button>
      </Group>
    </Stack>
  );
}

/** What was said in a talk, and how to go on or end it. */
export function Conversation(props: { talk: Talk }) {
  return (
    <>
      <Said talk={props.talk} />
      <Answering talk={props.talk} />
    </>
  );
}
