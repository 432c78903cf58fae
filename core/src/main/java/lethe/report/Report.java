package lethe.report;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.nio.file.Path;
import java.util.List;
import lethe.claims.Finding;
import lethe.experiments.Results;

/**
 * One HTML file that answers, in this order: is it forgotten, how do we know, and what exactly was done. It opens
 * offline, reads without JavaScript, prints, and has the same bytes for the same results.
 *
 * <p>Text from data sets and plans is escaped by the templates according to where it stands.
 */
public final class Report {
    // Precompiled pages lie beside this class, whatever loader the caller's thread happens to carry.
    private static final TemplateEngine PAGES = TemplateEngine.createPrecompiled(
            null, ContentType.Html, Report.class.getClassLoader(), "lethe.report.pages");

    private final Results results;
    private final List<Finding> findings;

    private Report(Results results, List<Finding> findings) {
        this.results = results;
        this.findings = List.copyOf(findings);
    }

    /** Returns the report of a finished run. */
    public static Report of(Results results) {
        return new Report(results, List.of());
    }

    /** Returns the same with what was found about claims, each with a link to its section in {@code claims.html}. */
    public Report withClaims(List<Finding> examined) {
        return new Report(results, examined);
    }

    /** Returns the page as text. */
    public String toHtml() {
        return render("report.jte", new Page(results, findings));
    }

    static String render(String template, Object page) {
        var output = new StringOutput();
        PAGES.render(template, page, output);
        return output.toString();
    }

    /** Writes the page, replacing {@code html} in one step. */
    public void writeTo(Path html) {
        TextFile.write(html, toHtml());
    }
}
