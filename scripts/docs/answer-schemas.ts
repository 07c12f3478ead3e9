import { join, relative } from "node:path";
import ts from "typescript";
import type * as z from "zod";
import { findOperation } from "../../src/features/operations.ts";

/*
 * The JSON Schemas of the commands' answers with `--json`, derived from the types of the operations: their fields, and the
 * comments on them. Each exported type with fields becomes a definition.
 */

type Schema = z.core.JSONSchema.BaseSchema;

/** A JSON Schema of an object with one property per command, under the command's name. */
export type AnswerSchemas = Readonly<{ properties: Readonly<Record<string, Schema>>; $defs: Readonly<Record<string, Schema>> }>;

const root = join(import.meta.dirname, "..", "..");
const operations = join(root, "src", "features", "operations.ts");

function createProgram(file: string): ts.Program {
  const host = {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic(problem: ts.Diagnostic): never {
      throw new Error(ts.flattenDiagnosticMessageText(problem.messageText, "\n"));
    },
  };
  const options = ts.getParsedCommandLineOfConfigFile(join(root, "tsconfig.json"), {}, host)?.options;
  return ts.createProgram([file], { ...options, stableTypeOrdering: true });
}

const isInSource = (node: ts.Node): boolean => !relative(join(root, "src"), node.getSourceFile().fileName).startsWith("..");

type NamedType = Readonly<{ name: string; declaration: ts.TypeAliasDeclaration }>;

/**
 * Identifies a type even if the checker creates it more than once: for `Readonly<{ … }>` the symbol of its literal, else the
 * type itself.
 */
function identityOf(type: ts.Type): ts.Type | ts.Symbol {
  const symbol = type.aliasTypeArguments?.[0]?.symbol;
  return symbol?.declarations?.some((one) => ts.isTypeLiteralNode(one) && isInSource(one)) === true ? symbol : type;
}

const isExported = (node: ts.TypeAliasDeclaration): boolean =>
  node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;

/** Whether values of a type may be objects with fields; only such types are definitions. */
function hasFields(type: ts.Type, checker: ts.TypeChecker): boolean {
  if (type.isUnion()) return type.types.some((one) => hasFields(one, checker));
  const isObject = (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0;
  return isObject && !checker.isArrayType(type) && !checker.isTupleType(type);
}

/** Names of the product's exported types with fields. A view loses its suffix `View` and wins over another type of that name. */
function namesOf(program: ts.Program, checker: ts.TypeChecker): ReadonlyMap<ts.Type | ts.Symbol, NamedType> {
  const exported = program
    .getSourceFiles()
    .filter(isInSource)
    .flatMap(({ statements }) => statements.filter(ts.isTypeAliasDeclaration))
    .filter((one) => isExported(one) && one.typeParameters === undefined);
  const isView = ({ name }: ts.TypeAliasDeclaration): boolean => name.text.endsWith("View");
  const names = new Map<string, ts.TypeAliasDeclaration>();
  for (const one of [...exported.filter(isView), ...exported.filter((other) => !isView(other))]) {
    const name = one.name.text.replace(/View$/, "");
    if (!names.has(name)) names.set(name, one);
  }
  const named = new Map<ts.Type | ts.Symbol, NamedType>();
  for (const [name, declaration] of names) {
    const type = checker.getTypeFromTypeNode(declaration.type);
    if (hasFields(type, checker) && !named.has(identityOf(type))) named.set(identityOf(type), { name, declaration });
  }
  return named;
}

const textOf = (parts: readonly ts.SymbolDisplayPart[]): string =>
  ts
    .displayPartsToString([...parts])
    .replace(/\s+/g, " ")
    .trim();
const withDescription = (schema: Schema, description: string): Schema =>
  description === "" ? schema : { ...schema, description };

/** Whether JSON omits values of a type, so that their field may be absent. */
const isAbsent = ({ flags }: ts.Type): boolean => (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)) !== 0;

/** `enum` if there are only literals, else `anyOf`; a single schema is returned unchanged. */
function anyOf(schemas: readonly Schema[]): Schema {
  const literals = schemas.flatMap(({ const: value }) => (value === undefined ? [] : [value]));
  const isBoolean = literals.includes(true) && literals.includes(false);
  const others = schemas.filter(({ const: value }) => value === undefined);
  const values = isBoolean ? literals.filter((value) => typeof value !== "boolean") : literals;
  const [first, ...rest] = [
    ...(isBoolean ? [{ type: "boolean" } as const] : []),
    ...(values.length > 1 ? [{ enum: values }] : values.map((value) => ({ const: value }))),
    ...others,
  ];
  if (first === undefined) return { not: {} };
  return rest.length === 0 ? first : { anyOf: [first, ...rest] };
}

/** The schema of a type without parts; undefined for others. */
function simpleSchema(type: ts.Type, checker: ts.TypeChecker): Schema | undefined {
  if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
  if (type.flags & ts.TypeFlags.BooleanLiteral) return { const: checker.typeToString(type) === "true" };
  if (type.flags & ts.TypeFlags.Null) return { type: "null" };
  if (type.flags & ts.TypeFlags.StringLike) return { type: "string" };
  if (type.flags & ts.TypeFlags.NumberLike) return { type: "number" };
  return type.flags & ts.TypeFlags.Unknown ? {} : undefined;
}

/** Turns types into schemas. Definitions are added to `$defs` as they are met. */
function createConverter(
  checker: ts.TypeChecker,
  names: ReadonlyMap<ts.Type | ts.Symbol, NamedType>,
  $defs: Map<string, Schema>,
): (type: ts.Type, place: string) => Schema {
  const propertySchema = (property: ts.Symbol, place: string): Schema =>
    withDescription(schemaOf(checker.getTypeOfSymbol(property), place), textOf(property.getDocumentationComment(checker)));

  function objectSchema(type: ts.Type, place: string): Schema {
    const properties = checker.getPropertiesOfType(type);
    // Unlisted fields may have any value by default, so `unknown` for them is stated only if there are no listed fields.
    const other = checker
      .getIndexInfosOfType(type)
      .find((index) => properties.length === 0 || (index.type.flags & ts.TypeFlags.Unknown) === 0);
    const mayBeAbsent = (property: ts.Symbol): boolean => {
      const propertyType = checker.getTypeOfSymbol(property);
      return (
        (property.flags & ts.SymbolFlags.Optional) !== 0 ||
        (propertyType.isUnion() ? propertyType.types : [propertyType]).some(isAbsent)
      );
    };
    const required = properties.filter((property) => !mayBeAbsent(property)).map(({ name }) => name);
    return {
      type: "object",
      ...(properties.length === 0
        ? {}
        : { properties: Object.fromEntries(properties.map((one) => [one.name, propertySchema(one, `${place}.${one.name}`)])) }),
      ...(required.length === 0 ? {} : { required }),
      ...(other === undefined ? {} : { additionalProperties: schemaOf(other.type, `${place}.*`) }),
    };
  }

  function listSchema(type: ts.Type, place: string): Schema {
    if (checker.isTupleType(type)) {
      const places = checker.getPropertiesOfType(type).filter(({ name }) => /^\d+$/.test(name));
      const items = places.map((one) => propertySchema(one, `${place}[${one.name}]`));
      return { type: "array", prefixItems: items, minItems: items.length, maxItems: items.length };
    }
    const item = checker.getIndexTypeOfType(type, ts.IndexKind.Number);
    return { type: "array", items: item === undefined ? {} : schemaOf(item, `${place}[]`) };
  }

  function inlineSchema(type: ts.Type, place: string): Schema {
    const simple = simpleSchema(type, checker);
    if (simple !== undefined) return simple;
    if (type.isUnion()) return anyOf(type.types.filter((one) => !isAbsent(one)).map((one) => schemaOf(one, place)));
    if (checker.isArrayType(type) || checker.isTupleType(type)) return listSchema(type, place);
    if (hasFields(type, checker) && type.getCallSignatures().length === 0) return objectSchema(type, place);
    throw new Error(`${place}: JSON has no form of ${checker.typeToString(type)}`);
  }

  function schemaOf(type: ts.Type, place: string): Schema {
    const named = names.get(identityOf(type));
    if (named === undefined) return inlineSchema(type, place);
    const { name, declaration } = named;
    if (!$defs.has(name)) {
      const comment = checker.getSymbolAtLocation(declaration.name)?.getDocumentationComment(checker) ?? [];
      $defs.set(name, {});
      $defs.set(name, withDescription(inlineSchema(type, name), textOf(comment)));
    }
    return { $ref: `#/$defs/${name}` };
  }
  return schemaOf;
}

const returnTypeOf = (checker: ts.TypeChecker, type: ts.Type): ts.Type | undefined => {
  const [signature] = checker.getNonNullableType(type).getCallSignatures();
  return signature === undefined ? undefined : checker.getAwaitedType(signature.getReturnType());
};

/** Replaces the answer of a command that prints a document that is already JSON. */
const document: Schema = { description: "without `--out` the document itself" };

/** The schemas of every command's answer. @throws when JSON cannot represent a type */
export async function answerSchemas(): Promise<AnswerSchemas> {
  const program = createProgram(operations);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(operations);
  const module = source && checker.getSymbolAtLocation(source);
  const commands = module && checker.getExportsOfModule(module).find(({ name }) => name === "commands");
  if (source === undefined || commands === undefined) throw new Error(`${operations} has no commands`);
  const $defs = new Map<string, Schema>();
  const schemaOf = createConverter(checker, namesOf(program, checker), $defs);
  const properties: Record<string, Schema> = {};
  for (const command of checker.getTypeOfSymbolAtLocation(commands, source).getProperties()) {
    const operation = returnTypeOf(checker, checker.getTypeOfSymbol(command));
    const answer = operation?.getProperty("answer");
    const type = answer && returnTypeOf(checker, checker.getTypeOfSymbol(answer));
    if (type === undefined) throw new Error(`${command.name} has no answer`);
    const schema = schemaOf(type, command.name);
    const mayBeDocument = (await findOperation(command.name))?.content !== undefined;
    properties[command.name] = mayBeDocument ? { anyOf: [schema, document] } : schema;
  }
  return { properties, $defs: Object.fromEntries($defs) };
}
