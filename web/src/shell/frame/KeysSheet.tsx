import { Modal, Table, Title } from "@mantine/core";
import { type Key, useKeys, useScopes } from "../keys";

const NAMES: Record<string, string> = {
  " ": "space",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
};

function Rows(props: { keys: [string, Key][] }) {
  return props.keys.map(([name, key]) => (
    <Table.Tr key={name}>
      <Table.Td w={96}>
        <kbd>{key.shown ?? NAMES[name] ?? name}</kbd>
      </Table.Td>
      <Table.Td>{key.says}</Table.Td>
    </Table.Tr>
  ));
}

/** Every key that works on this page, innermost first. */
export function KeysSheet(props: { opened: boolean; close: () => void }) {
  const scopes = useScopes();
  const shut = { says: "close this sheet", press: props.close };
  useKeys("Sheet", { "?": shut, Escape: shut }, { alone: true, active: props.opened });
  return (
    <Modal opened={props.opened} onClose={props.close} title="Keys of this page" size="lg">
      {[...scopes]
        .reverse()
        .filter((scope) => scope.name !== "Sheet")
        .map((scope) => (
          <section key={scope.name}>
            <Title order={3} mt="sm">
              {scope.name}
            </Title>
            <Table>
              <Table.Tbody>
                <Rows keys={Object.entries(scope.map()).filter(([, key]) => key.says !== "")} />
              </Table.Tbody>
            </Table>
          </section>
        ))}
    </Modal>
  );
}
