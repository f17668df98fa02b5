import { Select, Stack, Text } from "@mantine/core";
import { useState } from "react";
import {
  Answer,
  api,
  Empty,
  type Consents,
  Panel,
  type Person,
  several,
  span,
  type Trend,
  useAnswer,
} from "../../shell";
import { DayBars } from "./DayBars";
import { WelfareRoom } from "./WelfareRoom";

function One(props: { of: Person }) {
  const asked = useAnswer<Trend>(["welfare", "trend", props.of.id], () =>
    api.GET("/api/welfare/trends/{officer_id}", {
      params: { path: { officer_id: props.of.id } },
    }),
  );
  return (
    <Answer asked={asked} what="the trend">
      {(trend) => (
        <Panel title={props.of.name}>
          <Text>
            {span(trend.days.reduce((total, row) => total + row.ms, 0))} looked on{" "}
            {several(trend.days.length, "day")}
          </Text>
          <DayBars days={trend.days} />
        </Panel>
      )}
    </Answer>
  );
}

/** For counsellors: the trend of an officer who has consented, for as long as they do. */
export function TrendsPage() {
  const [chosen, setChosen] = useState<string | null>(null);
  const asked = useAnswer<Consents>(["welfare", "consents"], () =>
    api.GET("/api/welfare/consents"),
  );
  return (
    <WelfareRoom title="Trends">
      <Answer asked={asked} what="who has consented">
        {({ to_me: rows }) =>
          rows.length === 0 ? (
            <Empty title="Nobody has consented.">
              An officer gives and withdraws consent under Welfare, Consents.
            </Empty>
          ) : (
            <Stack maw={720}>
              <Select
                label="Officer"
                data={rows.map((row) => ({ value: String(row.id), label: row.name }))}
                value={chosen}
                onChange={setChosen}
              />
              {rows
                .filter((row) => String(row.id) === chosen)
                .map((row) => (
                  <One key={row.id} of={row} />
                ))}
            </Stack>
          )
        }
      </Answer>
    </WelfareRoom>
  );
}
