// The numbers and shapes of docs/protocol.md. The enums are `const`, so that only the numbers reach the bundle.

export const VERSION = 1;

export type Value = null | boolean | number | string | Uint8Array | Value[] | { [key: string]: Value };
export type Message = Value[];
export type Payload = { [key: string]: Value };

export const enum ToServer {
  Join = 1,
  Event = 2,
  Ack = 3,
  Visit = 4,
  Resync = 5,
  Leave = 6,
  Ping = 7,
}

export const enum ToPage {
  Joined = 32,
  Update = 33,
  Error = 34,
  Redirect = 35,
  Html = 36,
  Renumber = 37,
  Refused = 38,
  Pong = 39,
  Ended = 40,
}

export const enum Outcome {
  Adopted = 0,
  Resumed = 1,
  Rebuilt = 2,
  Mounted = 3,
}

export const enum Effect {
  Title = 1,
  Flash = 2,
  ClearFlash = 3,
  Address = 4,
  Push = 5,
  Meta = 6,
  Redirect = 7,
}

export const enum OpCode {
  Text = 0,
  Splice = 1,
  Attribute = 2,
  RemoveAttribute = 3,
  Before = 4,
  Append = 5,
  MoveBefore = 6,
  MoveToEnd = 7,
  Permute = 8,
  Remove = 9,
  RemoveRange = 10,
  Replace = 11,
  Content = 12,
  Rows = 13,
  Keep = 14,
  StreamInsert = 15,
  StreamDelete = 16,
  StreamReset = 17,
  StreamLimit = 18,
  StreamUpdate = 19,
  Tree = 20,
  Grow = 21,
}

export type Slot = [offset: number, name: string | null, column: number, prefix: string, suffix: string];
export type TreeNode =
  | string
  | [kind: 0, data: string]
  | [namespace: 1 | 2 | 3, name: string, attributes: string[], children: TreeNode[]];

/** What a new session's page has besides the content of its root. */
export type Around = [tag: string, attributes: string[], title: string, meta: { [name: string]: Value }];

/** HTML, or nodes that no HTML text parses to. */
export type Markup = string | TreeNode[];

/** A change of the rows of a stream's container. */
export type StreamOp =
  | [OpCode.StreamInsert, container: number, at: number, html: string]
  | [OpCode.StreamDelete, container: number, key: string]
  | [OpCode.StreamReset, container: number]
  | [OpCode.StreamLimit, container: number, rows: number]
  | [OpCode.StreamUpdate, container: number, html: string];

export type Op =
  | [OpCode.Text, node: number, text: string]
  | [OpCode.Splice, node: number, length: number, at: number, remove: number, insert: string]
  | [OpCode.Attribute, node: number, name: string, value: string]
  | [OpCode.RemoveAttribute, node: number, name: string]
  | [OpCode.Before, reference: number, first: number, html: string]
  | [OpCode.Append, parent: number, first: number, html: string]
  | [OpCode.MoveBefore, node: number, reference: number]
  | [OpCode.MoveToEnd, node: number]
  | [OpCode.Permute, nodes: number[]]
  | [OpCode.Remove, node: number]
  | [OpCode.RemoveRange, from: number, to: number]
  | [OpCode.Replace, node: number, first: number, html: Markup]
  | [OpCode.Content, node: number, first: number, html: string]
  | [
      OpCode.Rows,
      parent: number,
      before: number,
      first: number,
      html: string,
      separator: string,
      slots: Slot[],
      columns: string[][],
    ]
  | [OpCode.Keep, container: number, mode: string, html: string]
  | StreamOp
  | [OpCode.Grow, node: number, length: number, insert: string]
  | [OpCode.Tree, parent: number, before: number, first: number, nodes: TreeNode[]];
