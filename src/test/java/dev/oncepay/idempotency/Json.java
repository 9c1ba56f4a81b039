package dev.oncepay.idempotency;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * A JSON value of the tests' own, so that the code under test has no say in what it is: it can be written in any form
 * that means the same, and knows every value that is one small step away.
 */
sealed interface Json {
    record Obj(Map<String, Json> members) implements Json {}

    record Arr(List<Json> elements) implements Json {}

    record Str(String text) implements Json {}

    record Num(BigDecimal value) implements Json {
        static Num of(long value) {
            return new Num(BigDecimal.valueOf(value));
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Num that && value.compareTo(that.value) == 0;
        }

        @Override
        public int hashCode() {
            return value.stripTrailingZeros().hashCode();
        }
    }

    record Bool(boolean value) implements Json {}

    record Null() implements Json {}

    Json NULL = new Null();

    static Arbitrary<Json> any() {
        Arbitrary<Json> leaf = Arbitraries.oneOf(
                texts().map(Str::new),
                numbers().map(Num::new),
                Arbitraries.of(true, false).map(Bool::new),
                Arbitraries.just(NULL));
        return Arbitraries.recursive(() -> leaf, inner -> Arbitraries.oneOf(leaf, objects(inner), arrays(inner)), 1, 4);
    }

    static Arbitrary<Json> objects(Arbitrary<Json> members) {
        return Arbitraries.maps(texts(), members)
                .ofMaxSize(4)
                .map(LinkedHashMap::new)
                .map(Obj::new);
    }

    private static Arbitrary<Json> arrays(Arbitrary<Json> elements) {
        return elements.list().ofMaxSize(4).map(Arr::new);
    }

    /** Of every plane, with surrogate pairs; without what is refused: NUL and lone surrogates. */
    private static Arbitrary<String> texts() {
        Arbitrary<Integer> anyCharacter =
                Arbitraries.integers().between(1, Character.MAX_CODE_POINT).filter(c -> c < 0xD800 || c > 0xDFFF);
        Arbitrary<Integer> special =
                Arbitraries.of((int) '"', (int) '\\', (int) '/', 1, 0x1f, 0x7f, 0x2028, 0xfeff, 0x1f600);
        return Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(4, Arbitraries.integers().between('a', 'e')),
                        net.jqwik.api.Tuple.of(1, special),
                        net.jqwik.api.Tuple.of(2, anyCharacter))
                .list()
                .ofMaxSize(6)
                .map(characters -> {
                    StringBuilder text = new StringBuilder();
                    characters.forEach(text::appendCodePoint);
                    return text.toString();
                });
    }

    static Arbitrary<BigDecimal> numbers() {
        Arbitrary<BigDecimal> amounts = Arbitraries.longs().map(BigDecimal::valueOf);
        Arbitrary<BigDecimal> decimals = Combinators.combine(
                        Arbitraries.bigIntegers().between(BigInteger.TEN.pow(40).negate(), BigInteger.TEN.pow(40)),
                        Arbitraries.integers().between(-30, 30))
                .as(BigDecimal::new);
        return Arbitraries.oneOf(
                amounts, decimals, Arbitraries.integers().between(-20, 20).map(BigDecimal::valueOf));
    }

    /** The same value in the form that the random numbers lead to. */
    default String write(Random random) {
        StringBuilder json = new StringBuilder();
        write(json, random);
        return json.append(space(random)).toString();
    }

    private void write(StringBuilder json, Random random) {
        json.append(space(random));
        if (this instanceof Obj object) {
            List<Map.Entry<String, Json>> members = new ArrayList<>(object.members.entrySet());
            Collections.shuffle(members, random);
            json.append('{');
            for (int i = 0; i < members.size(); i++) {
                json.append(i == 0 ? "" : ",").append(space(random));
                json.append(quoted(members.get(i).getKey(), random))
                        .append(space(random))
                        .append(':');
                members.get(i).getValue().write(json, random);
                json.append(space(random));
            }
            json.append('}');
        } else if (this instanceof Arr array) {
            json.append('[');
            for (int i = 0; i < array.elements.size(); i++) {
                json.append(i == 0 ? "" : ",");
                array.elements.get(i).write(json, random);
                json.append(space(random));
            }
            json.append(space(random)).append(']');
        } else {
            json.append(leaf(random));
        }
    }

    private String leaf(Random random) {
        if (this instanceof Str string) {
            return quoted(string.text, random);
        }
        if (this instanceof Num number) {
            return form(number.value, random);
        }
        return this instanceof Bool bool ? Boolean.toString(bool.value) : "null";
    }

    private static String space(Random random) {
        return random.nextInt(3) > 0
                ? ""
                : List.of(" ", "\n", "\t", "\r\n", "    ").get(random.nextInt(5));
    }

    private static String quoted(String text, Random random) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            boolean must = c < 0x20 || c == '"' || c == '\\';
            int way = random.nextInt(must ? 2 : 4);
            int plain = "\"\\/\b\f\n\r\t".indexOf(c);
            if (way == 0 && plain >= 0) {
                quoted.append('\\').append("\"\\/bfnrt".charAt(plain));
            } else if (way <= 1) {
                String hex = random.nextBoolean() ? "\\u%04x" : "\\u%04X";
                for (char unit : Character.toChars(c)) {
                    quoted.append(hex.formatted((int) unit));
                }
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }

    private static String form(BigDecimal value, Random random) {
        if (value.signum() == 0) {
            return List.of("0", "-0", "0.0", "0e7", "-0.00E-3").get(random.nextInt(5));
        }
        int zeros = random.nextInt(4);
        String e = random.nextBoolean() ? "e" : "E";
        return switch (random.nextInt(4)) {
            case 0 -> value.toPlainString();
            case 1 -> value.toPlainString() + (value.scale() > 0 ? "" : ".0") + "0".repeat(zeros);
            case 2 -> value.unscaledValue() + "0".repeat(zeros) + e + -((long) value.scale() + zeros);
            default -> {
                // 12.5 → 0.125e2
                String digits = value.unscaledValue().abs().toString();
                long power = digits.length() - (long) value.scale();
                String sign = power < 0 ? "-00" : random.nextBoolean() ? "+0" : "";
                yield (value.signum() < 0 ? "-" : "") + "0." + digits + e + sign + Math.abs(power);
            }
        };
    }

    /** Every value that is one step away: a value, a name, a type or an order changed, a member or element more or less. */
    default List<Json> neighbours() {
        List<Json> all = new ArrayList<>(ofAnotherType());
        if (this instanceof Obj object) {
            object.members.keySet().forEach(name -> all.addAll(changedAt(object.members, name)));
            all.add(new Obj(with(object.members, unused(object.members, "new"), NULL)));
        } else if (this instanceof Arr array) {
            IntStream.range(0, array.elements.size()).forEach(i -> all.addAll(changedAt(array.elements, i)));
            all.add(new Arr(
                    Stream.concat(array.elements.stream(), Stream.of(NULL)).toList()));
        } else if (this instanceof Str string) {
            all.add(new Str(string.text + "x"));
            all.add(new Str(string.text + " "));
            all.add(new Str(string.text.isEmpty() ? "y" : string.text.substring(string.text.offsetByCodePoints(0, 1))));
        } else if (this instanceof Num number) {
            all.add(new Num(number.value.add(BigDecimal.ONE)));
            all.add(new Num(number.value.add(new BigDecimal("1e-35"))));
            all.add(new Num(number.value.negate().subtract(BigDecimal.ONE)));
            all.add(new Num(number.value.scaleByPowerOfTen(1).add(BigDecimal.ONE)));
        } else if (this instanceof Bool bool) {
            all.add(new Bool(!bool.value));
        }
        all.removeIf(this::equals);
        return all;
    }

    private List<Json> ofAnotherType() {
        String text = this instanceof Str string
                ? string.text
                : this instanceof Obj || this instanceof Arr ? "" : leaf(new Random(0));
        return List.of(
                new Str(text),
                NULL,
                new Bool(true),
                new Bool(false),
                Num.of(0),
                new Arr(List.of()),
                new Arr(List.of(this)),
                new Obj(Map.of()),
                new Obj(Map.of("", this)));
    }

    private static List<Json> changedAt(Map<String, Json> members, String name) {
        Map<String, Json> without = new LinkedHashMap<>(members);
        Json value = without.remove(name);
        List<Json> all = new ArrayList<>();
        all.add(new Obj(without));
        all.add(new Obj(with(without, unused(members, name + "x"), value)));
        value.neighbours().forEach(other -> all.add(new Obj(with(without, name, other))));
        return all;
    }

    private static List<Json> changedAt(List<Json> elements, int i) {
        List<Json> all = new ArrayList<>();
        List<Json> less = new ArrayList<>(elements);
        Json value = less.remove(i);
        all.add(new Arr(List.copyOf(less)));
        if (i + 1 < elements.size()) {
            List<Json> swapped = new ArrayList<>(elements);
            Collections.swap(swapped, i, i + 1);
            all.add(new Arr(swapped));
        }
        for (Json other : value.neighbours()) {
            List<Json> changed = new ArrayList<>(elements);
            changed.set(i, other);
            all.add(new Arr(changed));
        }
        return all;
    }

    private static Map<String, Json> with(Map<String, Json> members, String name, Json value) {
        Map<String, Json> more = new LinkedHashMap<>(members);
        more.put(name, value);
        return more;
    }

    private static String unused(Map<String, Json> members, String wanted) {
        return members.containsKey(wanted) ? unused(members, wanted + "x") : wanted;
    }
}
