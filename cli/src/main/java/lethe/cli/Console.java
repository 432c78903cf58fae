package lethe.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Help.Ansi;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Where a command writes: results to {@link #out}, everything else to {@link #err}. */
final class Console {
    private final PrintWriter out;
    private final PrintWriter err;
    private final Terminal terminal;
    private final boolean quiet;
    private final boolean verbose;
    private final Optional<Path> events;

    /**
     * A console.
     *
     * @param quiet whether only results and errors are written
     * @param verbose whether log lines are shown, among which a line that is overwritten would be lost
     * @param events file for progress as JSON Lines
     */
    Console(
            PrintWriter out,
            PrintWriter err,
            Terminal terminal,
            boolean quiet,
            boolean verbose,
            Optional<Path> events) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        this.quiet = quiet;
        this.verbose = verbose;
        this.events = events;
    }

    /** Results. */
    PrintWriter out() {
        return out;
    }

    /** Messages. */
    PrintWriter err() {
        return err;
    }

    /** Text for {@link #out} in picocli's markup, such as {@code @|bold word|@}, coloured if the reader can see it. */
    String styled(String markup) {
        return (terminal.outColors() ? Ansi.ON : Ansi.OFF).string(markup);
    }

    /** Says something that is no result, unless asked to be quiet. */
    void say(String message) {
        if (!quiet) {
            err.println(message);
            err.flush();
        }
    }

    /** Writes records, maps and lists as one JSON value. */
    void json(Object value) {
        var mapper =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        out.println(mapper.writeValueAsString(value));
        out.flush();
    }

    /** Opens the display of progress; to be closed before results are written. */
    ConsoleProgress progress() {
        var style = quiet
                ? ConsoleProgress.Style.NONE
                : terminal.animated() && !verbose ? ConsoleProgress.Style.ANIMATED : ConsoleProgress.Style.PLAIN;
        var progress = new ConsoleProgress(
                err, style, terminal.columns(), System::nanoTime, new Memory()::peakBytes, events.map(Console::open));
        progress.start();
        return progress;
    }

    private static PrintWriter open(Path file) {
        try {
            return new PrintWriter(Files.newBufferedWriter(file), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
