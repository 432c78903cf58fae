package lethe.report;

/**
 * A drawing as SVG text. Coordinates are rounded to a tenth, colours are style classes of the page, and nothing depends
 * on time, locale or platform, so that the same drawing has the same bytes. Title and description are for readers who
 * hear the picture.
 */
final class Svg {
    private final StringBuilder out = new StringBuilder();

    /** @param id unique in the page */
    Svg(String id, double width, double height, String title, String description) {
        out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ")
                .append(number(width))
                .append(' ')
                .append(number(height))
                .append("\" role=\"img\" aria-labelledby=\"")
                .append(escape(id))
                .append("-t ")
                .append(escape(id))
                .append("-d\">\n<title id=\"")
                .append(escape(id))
                .append("-t\">")
                .append(escape(title))
                .append("</title>\n<desc id=\"")
                .append(escape(id))
                .append("-d\">")
                .append(escape(description))
                .append("</desc>\n");
    }

    Svg line(String style, double x1, double y1, double x2, double y2) {
        return path(style, new Trace().move(x1, y1).line(x2, y2));
    }

    Svg rect(String style, double x, double y, double width, double height) {
        out.append("<rect class=\"")
                .append(style)
                .append("\" x=\"")
                .append(number(x))
                .append("\" y=\"")
                .append(number(y))
                .append("\" width=\"")
                .append(number(Math.max(0, width)))
                .append("\" height=\"")
                .append(number(Math.max(0, height)))
                .append("\"/>\n");
        return this;
    }

    Svg circle(String style, double x, double y, double radius) {
        out.append("<circle class=\"")
                .append(style)
                .append("\" cx=\"")
                .append(number(x))
                .append("\" cy=\"")
                .append(number(y))
                .append("\" r=\"")
                .append(number(radius))
                .append("\"/>\n");
        return this;
    }

    Svg diamond(String style, double x, double y, double radius) {
        return path(
                style,
                new Trace()
                        .move(x - radius, y)
                        .line(x, y - radius)
                        .line(x + radius, y)
                        .line(x, y + radius)
                        .close());
    }

    Svg path(String style, Trace trace) {
        if (!trace.isEmpty()) {
            out.append("<path class=\"")
                    .append(style)
                    .append("\" d=\"")
                    .append(trace)
                    .append("\"/>\n");
        }
        return this;
    }

    /** @param anchor {@code start}, {@code middle} or {@code end} */
    Svg text(String style, String anchor, double x, double y, String text) {
        out.append("<text class=\"").append(style).append('"');
        if (!anchor.equals("start")) {
            out.append(" text-anchor=\"").append(anchor).append('"');
        }
        out.append(" x=\"")
                .append(number(x))
                .append("\" y=\"")
                .append(number(y))
                .append("\">")
                .append(escape(text))
                .append("</text>\n");
        return this;
    }

    /** Text that reads upwards, for vertical axes. */
    Svg upwards(String style, double x, double y, String text) {
        out.append("<text class=\"")
                .append(style)
                .append("\" text-anchor=\"middle\" transform=\"translate(")
                .append(number(x))
                .append(' ')
                .append(number(y))
                .append(") rotate(-90)\">")
                .append(escape(text))
                .append("</text>\n");
        return this;
    }

    @Override
    public String toString() {
        return out + "</svg>";
    }

    /** At most one decimal, without trailing zeros. */
    static String number(double value) {
        long tenths = Math.round(value * 10);
        String whole = Long.toString(Math.abs(tenths) / 10);
        String sign = tenths < 0 ? "-" : "";
        return tenths % 10 == 0 ? sign + whole : sign + whole + "." + Math.abs(tenths) % 10;
    }

    static String escape(String text) {
        var safe = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.append(c < ' ' ? ' ' : c);
            }
        }
        return safe.toString();
    }

    /** The data of a path, in absolute coordinates. */
    static final class Trace {
        private final StringBuilder data = new StringBuilder();
        private String last = "";

        Trace move(double x, double y) {
            return add('M', x, y);
        }

        /** A straight line; none where both ends round to the same point. */
        Trace line(double x, double y) {
            return (number(x) + " " + number(y)).equals(last) ? this : add('L', x, y);
        }

        /** A dot, which a round line cap makes visible. */
        Trace dot(double x, double y) {
            add('M', x, y);
            data.append("h0");
            return this;
        }

        Trace close() {
            data.append('Z');
            return this;
        }

        boolean isEmpty() {
            return data.length() == 0;
        }

        private Trace add(char command, double x, double y) {
            last = number(x) + " " + number(y);
            data.append(command).append(last);
            return this;
        }

        @Override
        public String toString() {
            return data.toString();
        }
    }
}
