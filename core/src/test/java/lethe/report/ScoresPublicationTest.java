package lethe.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import lethe.scores.ModelKind;
import lethe.scores.ScoreCsv;
import lethe.scores.ScoresAudit;
import lethe.scores.ScoresResults;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoresPublicationTest {
    @TempDir
    Path folder;

    /** Three models of 60 forgotten, 60 retained and 250 never-seen examples, some of which are harder in all. */
    private ScoresResults results() throws IOException {
        var random = new SplittableRandom(8);
        var table = new StringBuilder("example,set,model,phi\n");
        String[] sets = {"forget", "retain", "test"};
        for (int s = 0; s < sets.length; s++) {
            for (int k = 1; k <= (s < 2 ? 60 : 250); k++) {
                double ease = random.nextGaussian();
                for (ModelKind model : ModelKind.values()) {
                    double[] leaks = {model == ModelKind.ORIGINAL ? 2 : model == ModelKind.UNLEARNED ? 0.5 : 0, 2, 0};
                    double phi = leaks[s] + 0.8 * ease + 0.6 * random.nextGaussian();
                    table.append(sets[s] + k + "," + sets[s] + "," + model.word() + "," + phi + "\n");
                }
            }
        }
        Path file = Files.writeString(folder.resolve("given.csv"), table);
        var audit = new ScoresAudit(List.of(0.01, 0.05), 1);
        return audit.run("given.csv", ScoreCsv.read(file, audit.signals()));
    }

    @Test
    void theTerminalShowsWhatWasPlayedAndWhatWasNot() throws IOException {
        Golden.check("given-scores.txt", ScoresPublication.toText(results()));
    }

    @Test
    void everythingIsWritten() throws IOException {
        ScoresResults results = results();

        Path page = ScoresPublication.write(results, folder.resolve("out"));

        assertThat(page).content().contains("## Not possible with these data", "| G2 | forgotten / never seen |");
        assertThat(folder.resolve("out/scores.csv"))
                .content()
                .contains("G2,forgotten / never seen,unlearned,audited,loss-threshold,tpr,0.01,,,,60,250,EXAMPLES");
        assertThat(folder.resolve("out/scores.json")).content().startsWith("{\"format\":\"lethe-scores-1\"");
    }
}
