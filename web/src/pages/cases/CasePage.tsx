import { Badge, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { followNews } from "../../client/news";
import { reviews } from "../../shell/frame/places";
import {
  Answer,
  api,
  ButtonTo,
  type CasePage as Case,
  clock,
  type Funnel as Figures,
  Page,
  Panel,
  useAnswer,
  useSession,
} from "../../shell";
import { WINGS } from "../names";
import { comesIn, Exhibits } from "./Exhibits";
import { Funnel } from "./Funnel";
import { Members } from "./Members";

/** The server's news of this case: what changed is read again, at most once a second. */
function useNews(caseId: string): void {
  const held = useQueryClient();
  useEffect(() => {
    let due: number | undefined;
    const changed = () => {
      due ??= window.setTimeout(() => {
        due = undefined;
        void held.invalidateQueries({ queryKey: ["case", caseId] });
      }, 1000);
    };
    const hears = { act: changed, lease: changed, intake: changed };
    const stop = followNews(`/api/cases/${caseId}/events`, hears, changed);
    return () => {
      stop();
      window.clearTimeout(due);
    };
  }, [caseId, held]);
}

function Working(props: { rows: Case["working"] }) {
  if (props.rows.length === 0) return <Text c="dimmed">Nobody is reviewing at this moment.</Text>;
  return (
    <Stack gap={4}>
      {props.rows.map((row) => (
        <Text key={row.officer}>
          {row.officer}, since {clock(row.since_us)}
          {row.at !== null && `: ${row.at}`}
        </Text>
      ))}
    </Stack>
  );
}

function Whole(props: { held: Case; caseId: string }) {
  const { held, caseId } = props;
  const { officer } = useSession();
  const funnel = useAnswer<Figures>(["case", caseId, "funnel"], () =>
    api.GET("/api/cases/{case_id}/funnel", { params: { path: { case_id: Number(caseId) } } }),
  );
  return (
    <Page
      title={held.name}
      actions={
        reviews(officer.roles) && (
          <ButtonTo to="/cases/$caseId/review" params={{ caseId }}>
            Review
          </ButtonTo>
        )
      }
    >
      <Stack gap="md">
        <Group gap="sm">
          <Text c="dimmed">
            {WINGS[held.wing]} · {held.scheme.title}
          </Text>
          {held.restricted && <Badge variant="outline">restricted to its members</Badge>}
        </Group>
        <Panel title="Exhibits">
          <Exhibits held={held} />
        </Panel>
        <Panel title="From files to what is left">
          <Answer asked={funnel} what="the figures">
            {(figures) => <Funnel figures={figures} caseId={caseId} exhibits={held.exhibits} />}
          </Answer>
        </Panel>
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <Panel title="Who works on what">
            <Working rows={held.working} />
          </Panel>
          <Panel title="Members">
            <Members held={held} caseId={caseId} />
          </Panel>
        </SimpleGrid>
      </Stack>
    </Page>
  );
}

/** One case: its exhibits as they come in, what is left, who is on it. */
export function CasePage() {
  const { caseId } = useParams({ strict: false }) as { caseId: string };
  useNews(caseId);
  const asked = useAnswer<Case>(
    ["case", caseId],
    () => api.GET("/api/cases/{case_id}", { params: { path: { case_id: Number(caseId) } } }),
    { every: (held) => (held !== undefined && comesIn(held) ? 5_000 : false) },
  );
  return (
    <Answer asked={asked} what="the case">
      {(held) => <Whole held={held} caseId={caseId} />}
    </Answer>
  );
}
