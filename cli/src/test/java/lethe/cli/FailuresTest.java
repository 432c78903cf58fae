package lethe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import lethe.training.StoppedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresTest {
    private final StringWriter err = new StringWriter();

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(
                        new IllegalArgumentException("beta must be positive"), 2, "error: beta must be positive\n"),
                Arguments.of(
                        new UncheckedIOException(new NoSuchFileException("data/cifar10")),
                        6,
                        "error: there is no file data/cifar10\n"),
                Arguments.of(new IOException("No space left on device"), 6, "error: No space left on device\n"),
                Arguments.of(
                        new UncheckedIOException(new IOException("No space left on device")),
                        6,
                        "error: No space left on device\n"),
                Arguments.of(
                        new UncheckedIOException(
                                "Cannot write results.jsonl: No space left on device; nothing finished before is lost",
                                new IOException("No space left on device")),
                        6,
                        "error: Cannot write results.jsonl: No space left on device; nothing finished before is lost\n"),
                Arguments.of(
                        new OutOfMemoryError("Java heap space"),
                        6,
                        "error: out of memory (Java heap space); give Java more with LETHE_HEAP=8g\n"),
                Arguments.of(new StoppedException(), 5, "Stopped as asked; run the same command again to go on\n"),
                Arguments.of(
                        new IllegalStateException("bad"),
                        1,
                        "error: internal error: java.lang.IllegalStateException: bad\n"
                                + "This should not happen. Repeat the command with --debug and report what it prints.\n"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailureIsAMessageAndAnExitCode(Throwable failure, int number, String message) {
        ExitCode code = new Failures(new PrintWriter(err), false).report(failure, false);

        assertThat(code.number()).isEqualTo(number);
        assertThat(err.toString()).isEqualTo(message);
    }

    @Test
    void theWordErrorIsRedOnATerminal() {
        new Failures(new PrintWriter(err), true).report(new IllegalArgumentException("x"), false);

        assertThat(err.toString()).startsWith("\u001b[1m\u001b[31merror:\u001b[");
    }
}
