package lethe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int lethe(String... arguments) {
        return Main.run(
                new PrintWriter(out), new PrintWriter(err, true), Terminal.NONE, List.of(Eraser.class), arguments);
    }

    @Test
    void helpStartsWithExamples() throws IOException {
        assertThat(lethe("--help")).isZero();

        Golden.assertEqual("help.txt", out.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "run",
                "plan",
                "tune",
                "train",
                "unlearn",
                "audit",
                "power",
                "report",
                "study",
                "data",
                "methods",
                "doctor",
                "completion"
            })
    void everyCommandHasHelp(String command) throws IOException {
        assertThat(lethe(command, "--help")).isZero();

        Golden.assertEqual("help-" + command + ".txt", out.toString());
    }

    @Test
    void withoutACommandItShowsHelp() {
        assertThat(lethe()).isZero();
        assertThat(out.toString()).contains("Examples:", "Exit codes:");
    }

    @Test
    void anUnknownCommandSuggestsTheNearest() {
        assertThat(lethe("docter")).isEqualTo(2);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .isEqualTo(
                        "error: Unmatched argument at index 0: 'docter'\nDid you mean: lethe doctor or lethe power?\n"
                                + "Try 'lethe --help'.\n");
    }

    @Test
    void anUnknownOptionNamesTheCommandWhoseHelpKnowsMore() {
        assertThat(lethe("methods", "--jsn")).isEqualTo(2);

        assertThat(err.toString()).contains("--jsn").endsWith("Try 'lethe methods --help'.\n");
    }

    @Test
    void methodsAreListedWithTheirSource() throws IOException {
        assertThat(lethe("methods")).isZero();

        Golden.assertEqual("methods.txt", out.toString());
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void theSettingsOfOneMethodCanBeCopiedIntoAPlan() {
        assertThat(lethe("methods", "wipe")).isZero();

        assertThat(out.toString())
                .isEqualTo("# eraser; Lethe et al., 1 BC\n# needs a river\nname: wipe\nrate: 0.001\nepochs: 5\n");
    }

    @Test
    void resultsCanBeJson() throws IOException {
        assertThat(lethe("methods", "--json")).isZero();

        Golden.assertEqual("methods.json", out.toString());
    }

    @Test
    void aMistakeIsAMessageWithoutAStackTrace() {
        assertThat(lethe("methods", "wpie")).isEqualTo(2);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .isEqualTo("error: Nothing is called 'wpie'; did you mean 'wipe'? 'lethe methods' lists everything.\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void debugShowsTheStackTraceWhereverItIsWritten(boolean first) {
        lethe(first ? new String[] {"--debug", "methods", "x"} : new String[] {"methods", "x", "--debug"});

        assertThat(err.toString()).contains("IllegalArgumentException", "at lethe.cli.MethodsCommand");
    }

    @Test
    void scoresAloneCanBeAudited(@TempDir Path folder) throws IOException {
        var table = new StringBuilder("example,set,loss\n");
        for (int i = 0; i < 40; i++) {
            table.append(i)
                    .append(i % 2 == 0 ? ",forget," : ",test,")
                    .append(0.1 + i * 0.01)
                    .append('\n');
        }
        Path file = Files.writeString(folder.resolve("losses.csv"), table);

        assertThat(lethe("audit", "--scores", file.toString(), "--fpr", "0.5", "--out", folder + "/out"))
                .isZero();
        assertThat(out.toString()).contains("Attacks played", "TPR at FPR 50 %", "Not possible with these data");
        assertThat(folder.resolve("out/scores.md")).exists();
        assertThat(lethe("audit", "--scores", "phi.npy")).isEqualTo(2);
        assertThat(err.toString()).contains("needs --members FILE");
    }

    @Test
    void theDoctorSaysWhatThereIs() {
        lethe("doctor");

        assertThat(out.toString()).contains("Java ", Runtime.version().toString(), "Cores", "Disk", "Engine cache");
    }

    @Test
    void completionKnowsEveryCommand() {
        assertThat(lethe("completion")).isZero();
        assertThat(out.toString()).contains("complete -F", "doctor", "tune", "--rule", "methods", "--no-color");
    }

    @Test
    void colorsNeedATerminalAndNobodyAgainstThem() {
        System.setProperty("lethe.tty", "2");
        try {
            assertThat(Terminal.detect(Map.of("COLUMNS", "120"), List.of()))
                    .isEqualTo(new Terminal(false, true, true, 120));
            assertThat(Terminal.detect(Map.of("NO_COLOR", "1"), List.of())).isEqualTo(Terminal.NONE);
            assertThat(Terminal.detect(Map.of("TERM", "dumb"), List.of())).isEqualTo(Terminal.NONE);
            assertThat(Terminal.detect(Map.of(), List.of("doctor", "--no-color")))
                    .isEqualTo(Terminal.NONE);
        } finally {
            System.clearProperty("lethe.tty");
        }
    }
}
