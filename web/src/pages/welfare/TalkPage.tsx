import { Stack, Text } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { Answer, api, Conversation, moment, type Talk, talkState, useAnswer } from "../../shell";
import { WelfareRoom } from "./WelfareRoom";

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
              {talk.mine && talk.readers.length > 0
                ? `Only you and the counsellors can read this: ${talk.readers.join(", ")}.`
                : "Only the officer who asked and the counsellors can read this."}
            </Text>
            <Conversation talk={talk} />
          </Stack>
        )}
      </Answer>
    </WelfareRoom>
  );
}
