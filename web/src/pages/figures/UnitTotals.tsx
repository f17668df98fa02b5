import { Group, Stack, Text } from "@mantine/core";
import { Answer, api, count, span, useAnswer } from "../../shell";

type Unit = Record<string, number | null>;

const NAMES: Record<string, string> = {
  officers: "officers looked",
  ms: "looked together",
  shown: "showings",
  breaks: "breaks taken",
  files: "files nobody had to see",
};

function figure(name: string, value: number): string {
  return name === "ms" || name.endsWith("_ms") ? span(value) : count(value);
}

/** Sums over the whole unit; the server does not tell them by officer. */
export function UnitTotals() {
  const asked = useAnswer<Unit>(["welfare", "unit"], () => api.GET("/api/welfare/unit"));
  return (
    <Answer asked={asked} what="the unit’s totals">
      {(unit) => (
        <Group gap="xl">
          {Object.entries(unit).map(
            ([name, value]) =>
              typeof value === "number" && (
                <Stack key={name} gap={0}>
                  <Text fz={20} fw={600}>
                    {figure(name, value)}
                  </Text>
                  <Text c="dimmed">{NAMES[name] ?? name.replaceAll("_", " ")}</Text>
                </Stack>
              ),
          )}
        </Group>
      )}
    </Answer>
  );
}
