namespace LiveComments.Tests.Browser;

/// <summary>A test that needs a browser and Lighthouse, which is too large to be brought whenever tests are looked for; without them it is reported as skipped, with the reason.</summary>
internal sealed class RequiresLighthouseFactAttribute : FactAttribute
{
    public static string Script { get; } = Path.Combine(Repository.Root, "artifacts", "lighthouse", "node_modules", "lighthouse", "cli", "index.js");

    public RequiresLighthouseFactAttribute() =>
        Skip = new RequiresFactAttribute(Chromium.Program, "node").Skip ?? (File.Exists(Script) ? null : "needs Lighthouse, which dotnet cake --target=Lighthouse brings");
}
