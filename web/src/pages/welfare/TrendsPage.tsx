import { Select, Stack, Text } from "@mantine/core";
import { useState } from "react";
import {
  Answer,
  api,
  Empty,
  type Consenting,
  Panel,
  several,
  span,
  type Trend,
  useAnswer,
} from "../../shell";
import { DayBars } from "./DayBars";
import { WelfareRoom } from "./WelfareRoom";

function One(props: { of: Consenting }) {
  const asked = useAnswer<Trend>(["welfare", "trend", props.of.officer_id], () =>
    api.GET("/api/welfare/trends/{officer_id}", {
      params: { path: { officer_id: props.of.officer_id } },
    }),
  );
  return (
    <Answer asked={asked} what="the trend">
      {(trend) => (
        <Panel title={props.of.name}>
          <Text>
            {span(trend.days.reduce((total, row) => total + row.ms, 0))} looked and{" "}
            {several(
              trend.days.reduce((total, row) => total + row.shown, 0),
              "showing",
            )}{" "}
            on {several(trend.days.length, "day")} of the last 28
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
  const asked = useAnswer<Consenting[]>(
    ["welfare", "consenting"],
    () => api.GET("/api/welfare/consenting"),
    { every: 30_000 }, // what is withdrawn leaves the page too
  );
  return (
    <WelfareRoom title="Trends">
      <Answer asked={asked} what="who has consented">
        {(rows) =>
          rows.length === 0 ? (
            <Empty title="Nobody has consented.">
              An officer gives and withdraws consent under Welfare, Consents.
            </Empty>
          ) : (
            <Stack maw={720}>
              <Select
                label="Officer"
                data={rows.map((row) => ({ value: String(row.officer_id), label: row.name }))}
                value={chosen}
                onChange={setChosen}
              />
              {rows
                .filter((row) => String(row.officer_id) === chosen)
                .map((row) => (
                  <One key={row.officer_id} of={row} />
                ))}
            </Stack>
          )
        }
      </Answer>
    </WelfareRoom>
  );
}
