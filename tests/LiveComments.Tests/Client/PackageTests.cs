using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;

namespace LiveComments.Tests.Client;

public sealed class PackageTests
{
    [RequiresFact("dotnet")]
    public async Task The_package_has_all_that_an_integrator_needs_and_brings_no_other()
    {
        using var folder = new TemporaryFolder();
        // What the solution has built: of the same configuration as these tests.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var start = new ProcessStartInfo("dotnet", ["pack", Path.Combine(Repository.Root, "src", "LiveComments.Client"), "-c", configuration, "--no-build", "--nologo", "-nodeReuse:false", "-o", folder.Path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var pack = Process.Start(start)!;
        var errors = pack.StandardError.ReadToEndAsync();
        var output = await pack.StandardOutput.ReadToEndAsync();
        await pack.WaitForExitAsync();
        Assert.True(pack.ExitCode == 0, output + await errors);

        var file = Assert.Single(Directory.EnumerateFiles(folder.Path, "*.nupkg"));
        using var package = ZipFile.OpenRead(file);
        var names = package.Entries.Select(entry => entry.FullName).ToList();
        foreach (var name in (string[])["README.md", "lib/net10.0/LiveComments.Client.dll", "lib/net10.0/LiveComments.Client.xml"])
            Assert.Contains(name, names);
        using var specification = package.GetEntry("LiveComments.Client.nuspec")!.Open();
        var nuspec = XDocument.Load(specification);
        Assert.Equal("Apache-2.0", nuspec.Descendants().Single(element => element.Name.LocalName == "license").Value);
        Assert.Equal("README.md", nuspec.Descendants().Single(element => element.Name.LocalName == "readme").Value);
        Assert.DoesNotContain(nuspec.Descendants(), element => element.Name.LocalName == "dependency");
        using var symbols = ZipFile.OpenRead(Assert.Single(Directory.EnumerateFiles(folder.Path, "*.snupkg")));
        Assert.Contains("lib/net10.0/LiveComments.Client.pdb", symbols.Entries.Select(entry => entry.FullName));
    }
}
