using System.Text.Json;
using System.Text.Json.Serialization;
using LiveComments.Server.Auth.SignIn;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Server.Http;

namespace LiveComments.Server.Auth.Bodies;

/// <summary>The JSON of <c>/auth</c>, <c>/me</c> and lists of people. Depth is that of preferences, the only thing that nests.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, MaxDepth = 8, NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, AllowDuplicateProperties = false, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(RegisterBody))]
[JsonSerializable(typeof(GuestBody))]
[JsonSerializable(typeof(EmailBody))]
[JsonSerializable(typeof(ResetBody))]
[JsonSerializable(typeof(LogInBody))]
[JsonSerializable(typeof(RefreshBody))]
[JsonSerializable(typeof(PasswordBody))]
[JsonSerializable(typeof(ProofBody))]
[JsonSerializable(typeof(CodeBody))]
[JsonSerializable(typeof(ExternalSignInBody))]
[JsonSerializable(typeof(ExternalSignInAnswer))]
[JsonSerializable(typeof(OfferedProvider[]))]
[JsonSerializable(typeof(SignInAttempt))]
[JsonSerializable(typeof(StreamTicket))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(SignedInAnswer))]
[JsonSerializable(typeof(TotpAnswer))]
[JsonSerializable(typeof(RecoveryCodesAnswer))]
[JsonSerializable(typeof(TicketAnswer))]
[JsonSerializable(typeof(ProfileBody))]
[JsonSerializable(typeof(ProfileAnswer))]
[JsonSerializable(typeof(PersonAnswer[]))]
[JsonSerializable(typeof(PictureAnswer))]
internal sealed partial class AuthJson : JsonSerializerContext;
