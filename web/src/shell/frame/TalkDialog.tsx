import { Anchor, Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useAct, useAnswer } from "../../client/ask";
import { api } from "../../client/api";
import type { Talk, TalkAsked, WelfareLine } from "../../client/shapes";
import { Answer, Notice } from "../states";
import { Conversation } from "../talk/Conversation";
import { reached, talkState, whoIsThere } from "../talk/stands";
import { useWelfare } from "../welfare/welfare";
import { useKeys } from "../keys";

function fallsBack(asked: TalkAsked): string {
  if (asked.to === null) {
    return asked.fallback === null
      ? "The unit has named no other contact. If it cannot wait, go to somebody you trust."
      : `You need not wait for them. Reach ${asked.fallback}`;
  }
  const late = `If nobody answers within ${asked.within_min} min`;
  return asked.fallback === null
    ? `${late}, this line says so; the unit has named no other contact.`
    : `${late}: ${asked.fallback}`;
}

function Reached(props: { asked: TalkAsked; reachable: boolean; close: () => void }) {
  const { to } = props.asked;
  const nobody = props.reachable
    ? "Nobody is on duty at this moment. Your message waits for the counsellors."
    : "The unit has no counsellor yet. Your message waits for the first.";
  return (
    <Stack>
      <Text size="lg">{to === null ? nobody : `${to.name} has been told${reached(to)}`}</Text>
      <Text>{fallsBack(props.asked)}</Text>
      <Text c="dimmed">The top line says when there is an answer; F8 opens it here.</Text>
      <Group justify="flex-end">
        <Button onClick={props.close}>Close</Button>
      </Group>
    </Stack>
  );
}

function Asking(props: { line: WelfareLine | null; send: (text: string) => void; busy: boolean }) {
  const [text, setText] = useState("");
  return (
    <Stack>
      {props.line !== null && <Text>{whoIsThere(props.line)}</Text>}
      <Text c="dimmed">
        Only you and the counsellors can read this: no supervisor, no administrator, not the audit.
      </Text>
      <Textarea
        label="A word ahead, if you like"
        autosize
        minRows={3}
        maxRows={12}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
      />
      <Group justify="flex-end">
        <Button onClick={() => props.send(text)} disabled={props.busy}>
          Ask for a talk
        </Button>
      </Group>
    </Stack>
  );
}

/** The talk that is under way, wherever the officer is: a break covers the page it has of its
 * own. */
function UnderWay(props: { id: number; line: WelfareLine; anew: () => void }) {
  const { id } = props;
  const asked = useAnswer<Talk>(
    ["talk", String(id)],
    () => api.GET("/api/talk/{talk_id}", { params: { path: { talk_id: id } } }),
    { every: 10_000 },
  );
  return (
    <Answer asked={asked} what="your talk">
      {(talk) => (
        <Stack gap="sm">
          <Text>
            Your talk: {talkState(talk)}. {whoIsThere(props.line)}
          </Text>
          <Conversation talk={talk} />
          <Anchor component="button" w="fit-content" onClick={props.anew}>
            Ask for another talk
          </Anchor>
        </Stack>
      )}
    </Answer>
  );
}

function Inside(props: { close: () => void }) {
  const { line, refresh } = useWelfare();
  const [own] = useState(line?.own_talk?.id ?? null);
  const [anew, setAnew] = useState(false);
  const sending = useAct<TalkAsked, string>(
    (text) => api.POST("/api/talk", { body: { text } }),
    [["talk"], ["reception"]],
  );
  const send = (text: string) => sending.mutate(text, { onSuccess: refresh });
  if (sending.data !== undefined) {
    const reachable = line?.reachable ?? true;
    return <Reached asked={sending.data} reachable={reachable} close={props.close} />;
  }
  if (own !== null && line !== null && !anew) {
    return <UnderWay id={own} line={line} anew={() => setAnew(true)} />;
  }
  return (
    <>
      {sending.error !== null && <Notice problem={sending.error} />}
      <Asking line={line} send={send} busy={sending.isPending} />
    </>
  );
}

/** One key away on every page, during breaks and on a blank screen too. */
export function TalkDialog(props: { opened: boolean; close: () => void }) {
  const shut = { says: "close", press: props.close, whileTyping: true };
  useKeys("Talk", { Escape: shut }, { alone: true, active: props.opened, level: 3 });
  return (
    <Modal
      opened={props.opened}
      onClose={props.close}
      title="Talk to someone"
      zIndex={2000}
      size="md"
    >
      <Inside close={props.close} />
    </Modal>
  );
}
