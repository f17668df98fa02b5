import { Button, Group, NumberInput, Text } from "@mantine/core";
import { useState } from "react";
import { api, Notice, several, useAct } from "../../shell";

/** Draws a share of what one officer alone has graded, for others to grade again. */
export function Samples(props: { caseId: number }) {
  const [share, setShare] = useState<number | string>(5);
  const draw = useAct<{ requeued: number; of: number }, number>(
    (part) =>
      api.POST("/api/cases/{case_id}/samples", {
        params: { path: { case_id: props.caseId } },
        body: { share: part },
      }),
    [["reception"], ["cases"]],
  );
  return (
    <>
      <Group align="flex-end">
        <NumberInput
          label="Share of single votes to be graded again (%)"
          min={0}
          max={100}
          value={share}
          onChange={setShare}
        />
        <Button
          variant="default"
          loading={draw.isPending}
          disabled={share === ""}
          onClick={() => draw.mutate(Number(share) / 100)}
        >
          Draw samples
        </Button>
        {draw.data !== undefined && (
          <Text c="dimmed">
            {several(draw.data.requeued, "media", "media")} of {draw.data.of} wait for another
            officer.
          </Text>
        )}
      </Group>
      {draw.error !== null && <Notice problem={draw.error} />}
    </>
  );
}
