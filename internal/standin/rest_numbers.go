package standin

import "net/http"

// numberSid is the id of the line's number.
func (x *Exchange) numberSid() string { return "PN" + x.o.Account[2:] }

func (x *Exchange) listNumbers(a asked) reply {
	rows := []string{x.o.Number}
	if want := a.get("PhoneNumber"); want != "" && want != x.o.Number {
		rows = nil
	}
	return page(a, "incoming_phone_numbers", rows, x.numberJSON)
}

// updateNumber sets where the number's webhooks go.
func (x *Exchange) updateNumber(a asked) reply {
	if a.ids[0] != x.numberSid() {
		return notFound()
	}
	for _, name := range []string{"VoiceMethod", "VoiceFallbackMethod", "StatusCallbackMethod", "SmsMethod"} {
		if v := a.get(name); v != "" && v != http.MethodPost {
			return refuse(http.StatusBadRequest, 20001, name+": the stand-in asks by POST")
		}
	}
	for name, where := range map[string]*string{
		"VoiceUrl": &x.hooks.VoiceURL, "VoiceFallbackUrl": &x.hooks.VoiceFallbackURL, "StatusCallback": &x.hooks.StatusURL, "SmsUrl": &x.hooks.SMSURL,
	} {
		if !a.params.Has(name) {
			continue
		}
		if v := a.get(name); v != "" && !absolute(v) {
			return refuse(http.StatusBadRequest, 21502, name+" is not a valid URL")
		}
		*where = a.get(name)
	}
	return reply{status: http.StatusOK, body: x.numberJSON(x.o.Number)}
}

func (x *Exchange) numberJSON(number string) map[string]any {
	return map[string]any{
		"sid": x.numberSid(), "account_sid": x.o.Account, "phone_number": number, "friendly_name": "hotline", "api_version": "2010-04-01",
		"address_sid": nil, "address_requirements": "none", "beta": false, "origin": "twilio", "status": "in-use", "type": "local",
		"capabilities": map[string]any{"voice": true, "sms": true, "mms": true, "fax": false},
		"date_created": "Tue, 03 Nov 2026 09:00:00 +0000", "date_updated": "Tue, 03 Nov 2026 09:00:00 +0000",
		"voice_url": optional(x.hooks.VoiceURL), "voice_method": "POST", "voice_fallback_url": optional(x.hooks.VoiceFallbackURL),
		"voice_fallback_method": "POST", "voice_caller_id_lookup": false, "voice_application_sid": nil, "voice_receive_mode": "voice",
		"status_callback": optional(x.hooks.StatusURL), "status_callback_method": "POST", "sms_url": optional(x.hooks.SMSURL),
		"sms_method": "POST", "sms_fallback_url": nil, "sms_fallback_method": "POST", "sms_application_sid": nil, "trunk_sid": nil,
		"identity_sid": nil, "bundle_sid": nil, "emergency_status": "Active", "emergency_address_sid": nil,
		"emergency_address_status": "unregistered", "uri": apiRoot + x.o.Account + "/IncomingPhoneNumbers/" + x.numberSid() + ".json",
	}
}
