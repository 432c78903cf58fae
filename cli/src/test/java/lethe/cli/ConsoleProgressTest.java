package lethe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import lethe.cli.ConsoleProgress.Style;
import lethe.metrics.Estimate;
import lethe.training.Progress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleProgressTest {
    private final StringWriter shown = new StringWriter();
    private final StringWriter events = new StringWriter();
    private long nanos = 5_000_000_000L;
    private long peak;

    private ConsoleProgress progress(Style style, int columns) {
        return new ConsoleProgress(
                new PrintWriter(shown, true),
                style,
                columns,
                () -> nanos,
                () -> peak,
                Optional.of(new PrintWriter(events, true)));
    }

    private void pass(double seconds) {
        nanos += Math.round(seconds * 1e9);
    }

    private String taken() {
        String text = shown.toString();
        shown.getBuffer().setLength(0);
        return text;
    }

    @Test
    void withoutATerminalALineIsPrintedOnceAMinute() {
        ConsoleProgress progress = progress(Style.PLAIN, 80);
        try (Progress worlds = progress.begin("world", 4)) {
            pass(59);
            progress.tick();
            assertThat(taken()).isEmpty();

            pass(1);
            worlds.advance(1);
            progress.tick();
            progress.tick();
            assertThat(taken()).isEqualTo("world 1/4 · 25 % · ETA 3 min\n");
        }
        assertThat(taken()).isEqualTo("world 1/4 · took 1 min\n");
    }

    @Test
    void onATerminalTheLineIsOverwrittenAndNeverWrapped() {
        ConsoleProgress progress = progress(Style.ANIMATED, 20);
        Progress worlds = progress.begin("world", 4);
        pass(10);
        worlds.advance(1);
        progress.tick();

        assertThat(taken()).isEqualTo("\r\u001b[Kworld 1/4 · 25 % · ");

        worlds.note("accuracy 0.93");
        assertThat(taken()).isEqualTo("\r\u001b[Kaccuracy 0.93\n");

        worlds.close();
        progress.close();
        assertThat(taken()).isEqualTo("world 1/4 · took 10 s\n");
    }

    @Test
    void workersAreCountedAndTheirPartsBelongToTheWhole() {
        ConsoleProgress progress = progress(Style.ANIMATED, 200);
        peak = (long) (7.1 * (1L << 30));
        Progress worlds = progress.begin("world", 10);
        for (double seconds : new double[] {90, 110, 95, 105}) {
            pass(seconds);
            worlds.advance(1);
        }
        worlds.begin("epoch", 4).advance(2);
        worlds.begin("epoch", 4).advance(2);
        progress.tick();

        // 4 worlds and two halves are done, 5 ahead at 100 s each. Their squares of deviation add up to 250, so
        // s² = 250/3 and the width is 1.96 · √(s² · (5 + 25/4)) = 60 s.
        assertThat(taken()).isEqualTo("\r\u001b[Kworld 4/10 · 2 workers · 50 % · ETA 8 min (± 1 min) · peak 7.1 GiB");
    }

    @Test
    void aSingleInnerTaskIsNamedAndTellsThePaceBeforeTheFirstUnitIsDone() {
        ConsoleProgress progress = progress(Style.ANIMATED, 200);
        Progress worlds = progress.begin("world", 2);
        Progress epochs = worlds.begin("epoch", 4);
        pass(30);
        epochs.advance(1);
        progress.tick();

        assertThat(taken()).isEqualTo("\r\u001b[Kworld 0/2 · epoch 1/4 · 12 % · ETA 4 min"); // 1.75 worlds in 210 s
    }

    @Test
    void unitsOfAnEarlierSittingDoNotFlatterTheEstimate() {
        ConsoleProgress progress = progress(Style.ANIMATED, 200);
        Progress worlds = progress.begin("world", 100);
        pass(45);
        worlds.skip(98);
        pass(60);
        worlds.advance(1);
        progress.tick();
        assertThat(taken()).isEqualTo("\r\u001b[Kworld 99/100 · 99 % · ETA 1 min");

        pass(60);
        worlds.advance(1);
        worlds.close();
        assertThat(taken()).contains("world 100/100, 98 of them from before · took 3 min");
    }

    @Test
    void quietShowsNothingButStillWritesEvents() {
        ConsoleProgress progress = progress(Style.NONE, 80);
        Progress worlds = progress.begin("world", 2);
        pass(1.5);
        worlds.advance(1);
        progress.tick();
        worlds.note("accuracy 0.93");
        worlds.close();
        progress.close();

        assertThat(taken()).isEmpty();
        assertThat(events.toString()).isEqualTo("""
                        {"event":"begin","id":0,"seconds":0.0,"task":"world","units":2}
                        {"done":1,"event":"advance","id":0,"seconds":1.5,"task":"world"}
                        {"event":"note","seconds":1.5,"text":"accuracy 0.93"}
                        {"done":1,"event":"end","id":0,"seconds":1.5,"task":"world"}
                        """);
    }

    @Test
    void anEstimateFromEvenAdvancesHasNoWidth() {
        var eta = new Eta();
        assertThat(eta.remaining(10)).isEmpty();

        eta.observe(1, 2);
        eta.observe(3, 6);
        eta.observe(2, 4);

        assertThat(eta.remaining(10)).contains(new Estimate(20, 20, 20));
    }

    @Test
    void timesAndSizesReadAsPeopleSayThem() {
        assertThat(Quantity.time(0.4)).isEqualTo("0 s");
        assertThat(Quantity.time(59.6)).isEqualTo("1 min");
        assertThat(Quantity.time(7800)).isEqualTo("2 h 10");
        assertThat(Quantity.time(3599)).isEqualTo("1 h 00");
        assertThat(Quantity.time(76 * 3600)).isEqualTo("3 d 4 h");
        assertThat(Quantity.bytes(512L << 20)).isEqualTo("512 MiB");
        assertThat(Quantity.bytes(7L << 30)).isEqualTo("7.0 GiB");
    }

    @Test
    void theFirstInterruptionAsksAndTheSecondStops() {
        int[] halted = {0};
        var interruption =
                new Interruption(new PrintWriter(shown, true), "lethe run plan.yaml", code -> halted[0] = code);
        assertThat(interruption.getAsBoolean()).isFalse();

        interruption.signal();
        assertThat(interruption.getAsBoolean()).isTrue();
        assertThat(taken()).contains("next checkpoint").endsWith("  lethe run plan.yaml\n");
        assertThat(halted[0]).isZero();

        interruption.signal();
        assertThat(halted[0]).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void ctrlCAndTheSignalOfAQueueReachTheInterruption(String name)
            throws ReflectiveOperationException, InterruptedException, IOException {
        assumeFalse(
                name.equals("INT") && isCtrlCIgnored(),
                "SIGINT is ignored in this process, as a shell arranges for what it starts in the background");
        var interruption = Interruption.install(new PrintWriter(shown, true), "lethe run plan.yaml");
        Class<?> signal = Class.forName("sun.misc.Signal");
        signal.getMethod("raise", signal)
                .invoke(null, signal.getConstructor(String.class).newInstance(name));

        for (int waited = 0; waited < 500 && !interruption.getAsBoolean(); waited++) {
            Thread.sleep(10); // the JVM hands signals over on a thread of its own
        }
        assertThat(interruption.getAsBoolean()).isTrue();
    }

    /** What a process ignores when it starts, Java leaves alone. */
    private static boolean isCtrlCIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        String ignored = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElseThrow();
        return (Long.parseUnsignedLong(ignored.substring("SigIgn:".length()).strip(), 16) & 0b10) != 0;
    }
}
