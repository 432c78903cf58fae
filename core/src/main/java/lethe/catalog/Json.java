package lethe.catalog;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** JSON without a choice: what is equal is written the same. */
final class Json {
    private Json() {}

    static void write(Object tree, StringBuilder out) {
        if (tree instanceof Map<?, ?> map) {
            out.append('{');
            Iterator<? extends Map.Entry<?, ?>> entries =
                    new TreeMap<Object, Object>(map).entrySet().iterator();
            while (entries.hasNext()) {
                Map.Entry<?, ?> entry = entries.next();
                out.append(quote((String) entry.getKey())).append(':');
                write(entry.getValue(), out);
                out.append(entries.hasNext() ? "," : "");
            }
            out.append('}');
        } else if (tree instanceof List<?> list) {
            out.append('[');
            for (int i = 0; i < list.size(); i++) {
                out.append(i > 0 ? "," : "");
                write(list.get(i), out);
            }
            out.append(']');
        } else if (tree instanceof String text) {
            out.append(quote(text));
        } else if (tree instanceof Double number) {
            String text = Numbers.text(number);
            out.append(Double.isFinite(number) ? text : quote(text));
        } else {
            out.append(tree);
        }
    }

    /** A text in double quotes, which YAML reads the same; everything that is not printable is escaped. */
    static String quote(String text) {
        var out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\r' -> out.append("\\r");
                default -> {
                    boolean pair = Character.isSurrogate(c);
                    if (pair || c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c >= 0xfeff) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }
}
