import { Text } from "@mantine/core";
import { Answer, api, Empty, type TalkRow, useAnswer, useSession } from "../../shell";
import { TalkList } from "./TalkList";
import { WelfareRoom } from "./WelfareRoom";

/** An officer's own talks; for a counsellor those that wait for them as well. */
export function TalksPage() {
  const { has } = useSession();
  const asked = useAnswer<TalkRow[]>(["talk"], () => api.GET("/api/talk"), { every: 15_000 });
  return (
    <WelfareRoom title={has("counsellor") ? "Talks that wait, and yours" : "Talks"}>
      <Text c="dimmed" mb="md">
        Only the officer who asked and the counsellors can read a talk.
      </Text>
      <Answer asked={asked} what="the talks">
        {(talks) =>
          talks.length === 0 ? (
            <Empty title="No talk is open.">
              <kbd>F8</kbd> reaches whoever is on duty, from every page, at every hour.
            </Empty>
          ) : (
            <TalkList talks={talks} />
          )
        }
      </Answer>
    </WelfareRoom>
  );
}
