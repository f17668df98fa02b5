import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { Answer, api, moment, Notice, type Talk, useAct, useAnswer, useSession } from "../../shell";
import { talkState } from "./TalkList";
import { WelfareRoom } from "./WelfareRoom";

function Said(props: { talk: Talk }) {
  const { officer } = useSession();
  if (props.talk.messages.length === 0) {
    return <Text c="dimmed">Nothing was written ahead.</Text>;
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

export function TalkPage() {
  const { talkId } = useParams({ strict: false }) as { talkId: string };
  const asked = useAnswer<Talk>(
    ["talk", talkId],
    () => api.GET("/api/talk/{talk_id}", { params: { path: { talk_id: Number(talkId) } } }),
    { every: 10_000 },
  );
  return (
    <WelfareRoom title="A talk">
      <Answer asked={asked} what="the talk">
        {(talk) => (
          <Stack maw={720}>
            <Text>
              {talk.officer} asked on {moment(talk.asked_us)}; {talkState(talk)}.
            </Text>
            <Text c="dimmed">
              {talk.mine
                ? `Only you and the counsellors can read this: ${talk.readers.join(", ")}.`
                : "Only the officer who asked and the counsellors can read this."}
            </Text>
            <Said talk={talk} />
            <Answering talk={talk} />
          </Stack>
        )}
      </Answer>
    </WelfareRoom>
  );
}
