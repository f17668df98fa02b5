import { Table, Text } from "@mantine/core";
import { count } from "../../shell";

interface Told {
  categories: string[];
  counts: number[][];
}

function isTold(told: unknown): told is Told {
  const given = told as Partial<Told> | null;
  return Array.isArray(given?.categories) && Array.isArray(given.counts);
}

/** Which categories were given together by pairs of officers. */
export function Confusion(props: { told: unknown }) {
  const { told } = props;
  if (!isTold(told) || told.categories.length === 0) return null;
  return (
    <div>
      <Text c="dimmed" mb={4}>
        How often two officers gave the same media these two categories:
      </Text>
      <Table withColumnBorders w="fit-content" aria-label="Categories given by two officers">
        <Table.Thead>
          <Table.Tr>
            <Table.Td />
            {told.categories.map((name) => (
              <Table.Th key={name} className="number">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {told.counts.map((row, at) => (
            <Table.Tr key={told.categories[at]}>
              <Table.Th>{told.categories[at]}</Table.Th>
              {row.map((value, column) => (
                <Table.Td key={told.categories[column]} className="number">
                  {count(value)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
