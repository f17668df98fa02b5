import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useAct } from "../../client/ask";
import { api } from "../../client/api";
import type { OnDuty, TalkAsked } from "../../client/shapes";
import { Notice } from "../states";
import { useWelfare } from "../welfare/welfare";
import { useKeys } from "../keys";

function Reached(props: { asked: TalkAsked; close: () => void }) {
  const { to, fallback } = props.asked;
  return (
    <Stack>
      <Text size="lg">
        {to === null
          ? "Nobody is on duty at this moment. Your message waits for the counsellors."
          : `${to.name} has been told. ${to.how}`}
      </Text>
      {fallback !== null && <Text>If nobody answers in time: {fallback}</Text>}
      <Text c="dimmed">The answer comes under Welfare, Talks.</Text>
      <Group justify="flex-end">
        <Button onClick={props.close}>Close</Button>
      </Group>
    </Stack>
  );
}

function Asking(props: { onDuty: OnDuty | null; send: (text: string) => void; busy: boolean }) {
  const [text, setText] = useState("");
  return (
    <Stack>
      <Text>
        {props.onDuty === null
          ? "Nobody is on duty at this moment; the counsellors are told all the same."
          : `${props.onDuty.name} is on duty. ${props.onDuty.how}`}
      </Text>
      <Text c="dimmed">
        Only you and the counsellors can read this: no supervisor, no administrator, not the audit.
      </Text>
      <Textarea
        label="A word ahead, if you like"
        autosize
        minRows={3}
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

/** One key away on every page, during breaks too. */
export function TalkDialog(props: { opened: boolean; close: () => void }) {
  const { line } = useWelfare();
  const sending = useAct<TalkAsked, string>(
    (text) => api.POST("/api/talk", { body: { text } }),
    [["talk"], ["reception"]],
  );
  const close = () => {
    props.close();
    sending.reset();
  };
  const shut = { says: "close", press: close, whileTyping: true };
  useKeys("Talk", { Escape: shut }, { alone: true, active: props.opened });
  return (
    <Modal opened={props.opened} onClose={close} title="Talk to someone" zIndex={2000} size="md">
      {sending.error !== null && <Notice problem={sending.error} />}
      {sending.data === undefined ? (
        <Asking
          onDuty={line?.on_duty ?? null}
          send={(text) => sending.mutate(text)}
          busy={sending.isPending}
        />
      ) : (
        <Reached asked={sending.data} close={close} />
      )}
    </Modal>
  );
}
