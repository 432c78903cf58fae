package lethe.cli;

import java.util.List;
import java.util.Map;

/**
 * What the two output streams can show.
 *
 * @param outColors whether results may be coloured
 * @param errColors whether messages may be coloured
 * @param animated whether a line on standard error can be overwritten
 * @param columns width of the terminal in characters
 */
record Terminal(boolean outColors, boolean errColors, boolean animated, int columns) {
    /** A pipe or file. */
    static final Terminal NONE = new Terminal(false, false, false, 80);

    /**
     * Looks at the environment and the arguments. Java cannot tell which of its streams is a terminal, so the launcher
     * script says so in the property {@code lethe.tty}, by the numbers of the file descriptors that are one.
     */
    static Terminal detect(Map<String, String> environment, List<String> arguments) {
        String descriptors = System.getProperty("lethe.tty", System.console() == null ? "" : "12");
        boolean dumb = environment.getOrDefault("TERM", "").equals("dumb");
        boolean plain = dumb || !environment.getOrDefault("NO_COLOR", "").isEmpty() || arguments.contains("--no-color");
        boolean err = descriptors.contains("2");
        return new Terminal(
                descriptors.contains("1") && !plain,
                err && !plain,
                err && !plain,
                columns(System.getProperty("lethe.columns", environment.getOrDefault("COLUMNS", ""))));
    }

    private static int columns(String text) {
        return text.matches("[1-9][0-9]{1,3}") ? Integer.parseInt(text) : 80;
    }
}
