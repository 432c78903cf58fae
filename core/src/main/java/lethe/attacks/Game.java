package lethe.attacks;

/** Who is told from whom. The positive class is always named first and never flipped. */
public enum Game {
    /** Classic membership in the original model: {@code IN^O} against {@code OUT^O}. */
    CLASSIC("G0"),
    /** Efficacy: unlearned against never seen by the original ({@code FOR^U} against {@code OUT^O}). */
    EFFICACY("G1"),
    /** Privacy: forgotten against never seen, both under the unlearned model ({@code FOR^U} against {@code OUT^U}). */
    PRIVACY("G2"),
    /** Exposure of those who stayed: retained against never seen ({@code RET^U} against {@code OUT^U}). */
    RETAINED("G3");

    private final String code;

    Game(String code) {
        this.code = code;
    }

    /** The short name used in tables, G0 to G3. */
    public String code() {
        return code;
    }
}
