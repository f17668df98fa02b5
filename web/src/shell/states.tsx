import { Alert, Button, Progress, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { type Preparation, problemOf } from "../client/problem";
import { count, span } from "./words";

/** What is being read; words only, nothing turns. */
export function Waiting(props: { what: string }) {
  return (
    <Text c="dimmed" p="md" role="status">
      Reading {props.what} …
    </Text>
  );
}

/** A case that is being made ready: how far it is, and how long it takes yet. */
export function Preparing(props: { so: Preparation }) {
  const { done, total, leftS } = props.so;
  const parts = [`${count(done)} of ${count(total)} media read`];
  if (leftS !== null && done < total) {
    const left = leftS < 60 ? `${Math.ceil(leftS)} s` : span(leftS * 1_000);
    parts.push(`about ${left} left`);
  }
  return (
    <Stack gap="xs" p="md" maw={480} role="status">
      <Title order={2}>The case is being prepared for review</Title>
      <Progress
        value={total === 0 ? 0 : (100 * done) / total}
        aria-label="Preparation of the case"
      />
      <Text>{total === 0 ? "Reading the log …" : parts.join(" · ")}</Text>
      <Text c="dimmed">Once for all who review it. It goes on by itself.</Text>
    </Stack>
  );
}

/** A refusal or a fault, in the server's words, with what to do. */
export function Notice(props: { problem: unknown; again?: () => void }) {
  const problem = problemOf(props.problem);
  return (
    <Alert
      role="alert"
      variant="outline"
      color={problem.refused ? "sea" : "red"}
      title={problem.message}
      my="sm"
    >
      {problem.hint !== null && <Text size="md">{problem.hint}</Text>}
      {props.again !== undefined && (
        <Button variant="default" mt="xs" onClick={props.again}>
          Try again
        </Button>
      )}
    </Alert>
  );
}

/** An empty page says what to do first. */
export function Empty(props: { title: string; children?: ReactNode }) {
  return (
    <Stack gap={4} py="xl" px="md" align="flex-start">
      <Title order={2}>{props.title}</Title>
      <Text c="dimmed" component="div">
        {props.children}
      </Text>
    </Stack>
  );
}

interface Asked<T> {
  data: T | undefined;
  error: unknown;
  failureReason?: unknown;
  refetch: () => unknown;
}

/** An answer once it is there; before that what is awaited, or why it did not come. */
export function Answer<T>(props: {
  asked: Asked<T>;
  what: string;
  children: (data: T) => ReactNode;
}) {
  const { asked } = props;
  if (asked.data !== undefined) return <>{props.children(asked.data)}</>;
  if (asked.error) return <Notice problem={asked.error} again={() => void asked.refetch()} />;
  const preparing = asked.failureReason ? problemOf(asked.failureReason).preparing : null;
  return preparing === null ? <Waiting what={props.what} /> : <Preparing so={preparing} />;
}
